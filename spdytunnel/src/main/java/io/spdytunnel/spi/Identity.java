package io.spdytunnel.spi;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who an origin is, as its proof says: a key, a token, a certificate, a user. Never its name, which several may want.
 *
 * <p>Equal if kind and id are: an equal identity may replace the connections of a name or add to them, any other is
 * refused while this one holds it. An authenticator that reads its secrets anew must go on giving equal identities to
 * equal proofs, or an origin that comes back meets itself as a stranger.
 */
@Api
public final class Identity {

    private final String kind;
    private final String id;
    private final String shown;

    private Identity(String kind, String id, String shown) {
        this.kind = kind;
        this.id = id;
        this.shown = shown;
    }

    /**
     * One whose id may be read by anybody, as that of a public key.
     *
     * @param kind what the id is, so that ids of different kinds never meet; appears in logs
     * @param id the same for every proof of the same origin, and for no other's; appears in logs
     */
    public static Identity of(String kind, String id) {
        return new Identity(kind, id, kind + " " + id);
    }

    /**
     * One whose id is not for logs, as the hash of a token: who has that can try tokens at leisure.
     *
     * @param shown what appears in logs instead
     */
    public static Identity hidden(String kind, String id, String shown) {
        return new Identity(kind, id, shown);
    }

    /** Whoever is all of these at once, in this order. */
    public static Identity allOf(List<Identity> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        // Lengths keep parts apart, whatever ids are made of.
        String ids = parts.stream()
                .map(part -> part.kind.length() + ":" + part.kind + part.id.length() + ":" + part.id)
                .collect(Collectors.joining());
        return new Identity(
                "all of", ids, parts.stream().map(Identity::toString).collect(Collectors.joining(" with ")));
    }

    /** What the id is. */
    public String kind() {
        return kind;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Identity identity && kind.equals(identity.kind) && id.equals(identity.id);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + id.hashCode();
    }

    /** For logs and for people; shows no secret. */
    @Override
    public String toString() {
        return shown;
    }
}
