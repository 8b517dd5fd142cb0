package io.spdytunnel.spdy;

import org.jspecify.annotations.Nullable;

/**
 * Members who wait for their turn, in a circle. Adding, removing anywhere and turning take constant time, however many
 * thousand streams wait, because each member holds its own links and can be in one ring only.
 */
final class Ring {

    /** What can stand in a ring. */
    abstract static class Member {
        private @Nullable Ring ring;
        private Member before = this;
        private Member after = this;

        /** Leaves its ring, if it stands in one. */
        final void leaveRing() {
            if (ring != null) {
                ring.remove(this);
            }
        }
    }

    private @Nullable Member first;

    boolean isEmpty() {
        return first == null;
    }

    /** Whose turn it is, or null. */
    @Nullable
    Member first() {
        return first;
    }

    boolean holds(Member member) {
        return member.ring == this;
    }

    /** Puts a member behind all others, unless it stands here already. */
    void add(Member member) {
        if (member.ring == this) {
            return;
        }
        member.leaveRing();
        member.ring = this;
        if (first == null) {
            first = member;
        } else {
            member.after = first;
            member.before = first.before;
            first.before.after = member;
            first.before = member;
        }
    }

    /** Sends the first member behind all others. */
    void turn() {
        if (first != null) {
            first = first.after;
        }
    }

    private void remove(Member member) {
        if (member.after == member) {
            first = null;
        } else {
            member.before.after = member.after;
            member.after.before = member.before;
            if (first == member) {
                first = member.after;
            }
        }
        member.ring = null;
        member.before = member;
        member.after = member;
    }
}
