package io.spdytunnel.spi;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who an origin is, according to its proof: a key, a token, a certificate, a user. Never the origin's name, because
 * several origins may want the same name.
 *
 * <p>Identities are equal if their kinds and ids are equal. An equal identity may add connections to a name or replace
 * them; any other identity is refused while this one has the name. If an authenticator reads its secrets again, equal
 * proofs must still give equal identities. Otherwise an origin that reconnects is refused its own name.
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
     * An identity whose id may be public, such as that of a public key.
     *
     * @param kind the type of the id, so that ids of different types are never equal; appears in logs
     * @param id the same for every proof of one origin, and different for all others; appears in logs
     */
    public static Identity of(String kind, String id) {
        return new Identity(kind, id, kind + " " + id);
    }

    /**
     * An identity whose id must not appear in logs, such as the hash of a token: with it, an attacker could try tokens
     * offline.
     *
     * @param shown the text that appears in logs instead
     */
    public static Identity hidden(String kind, String id, String shown) {
        return new Identity(kind, id, shown);
    }

    /** The identity of an origin that has proved all of these, in this order. */
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
