package io.spdytunnel.options;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The proofs that a tunnel port may require of an origin, in the order in which they are checked: a method that stores
 * something is the last. The option {@code authentication} says which of them are needed together.
 */
public enum AuthenticationMethod {
    TOKEN("token or tokens"),
    BASIC("users"),
    CERTIFICATE("certificateName"),
    BEAN("authenticator"),
    KEY("keys, keyNames or claim=first");

    /** The value of the option {@code claim} with which an unknown name belongs to the first key that registers it. */
    public static final String FIRST = "first";

    private final String by;

    AuthenticationMethod(String by) {
        this.by = by;
    }

    /** Whether an option of this method is set. */
    public boolean isConfigured(EndpointOptions options) {
        return switch (this) {
            case TOKEN -> options.getToken() != null || options.getTokens() != null;
            case BASIC -> options.getUsers() != null;
            case CERTIFICATE -> options.getCertificateName() != null;
            case BEAN -> options.getAuthenticator() != null;
            case KEY ->
                options.getKeys() != null
                        || options.isKeyNames()
                        || options.getClaim().equals(FIRST);
        };
    }

    private static AuthenticationMethod named(String name) {
        for (AuthenticationMethod method : values()) {
            if (method.text().equals(name)) {
                return method;
            }
        }
        throw new IllegalArgumentException("option authentication names \"" + name
                + "\"; it must be token, basic, certificate, key and bean, joined by + or separated by comma");
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The sets of methods that are sufficient. By default all configured methods are needed together. */
    public static List<Set<AuthenticationMethod>> alternatives(EndpointOptions options) {
        Set<AuthenticationMethod> configured = EnumSet.noneOf(AuthenticationMethod.class);
        for (AuthenticationMethod method : values()) {
            if (method.isConfigured(options)) {
                configured.add(method);
            }
        }
        if (options.getAuthentication() == null) {
            return configured.isEmpty() ? List.of() : List.of(configured);
        }
        List<Set<AuthenticationMethod>> alternatives = parse(options.getAuthentication());
        Set<AuthenticationMethod> unnamed = EnumSet.allOf(AuthenticationMethod.class);
        alternatives.forEach(unnamed::removeAll);
        requireNamed(configured, unnamed);
        return alternatives;
    }

    static List<Set<AuthenticationMethod>> parse(@Nullable String authentication) {
        List<Set<AuthenticationMethod>> alternatives = new ArrayList<>();
        if (authentication != null) {
            for (String together : authentication.split(",", -1)) {
                Set<AuthenticationMethod> all = EnumSet.noneOf(AuthenticationMethod.class);
                // A + becomes a space where Camel reads it from a URI.
                for (String name : together.trim().split("[+ ]+", -1)) {
                    all.add(named(name));
                }
                alternatives.add(all);
            }
        }
        return alternatives;
    }

    private static void requireNamed(Set<AuthenticationMethod> configured, Set<AuthenticationMethod> unnamed) {
        for (AuthenticationMethod method : values()) {
            boolean named = !unnamed.contains(method);
            if (named != configured.contains(method)) {
                throw new IllegalArgumentException(
                        named
                                ? "option authentication requires " + method.text() + ", which needs option "
                                        + method.by
                                : "option authentication does not name " + method.text() + ", so option " + method.by
                                        + " would have no effect");
            }
        }
    }
}
