package io.spdytunnel.auth;

import io.spdytunnel.directory.OriginName;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts origins by {@code Authorization: Basic …} (RFC 7617), each user for the names it is bound to. The user is the
 * identity, so it stays the same with a new password.
 *
 * <p>Every user is compared, name and password, in constant time, so the time does not show which users exist.
 */
@Api
public final class BasicUsers implements Authenticator {

    private static final String CHALLENGE = "Basic realm=\"tunnel\", charset=\"UTF-8\"";

    /** One user. */
    private record User(String name, SecretHash nameHash, SecretHash password, Set<String> origins) {}

    /** All users at one time; the result of {@link #parse}. */
    public static final class Users {
        private final List<User> users;

        private Users(List<User> users) {
            this.users = List.copyOf(users);
        }
    }

    private final Supplier<Users> users;

    /** @param users called at every registration; must not block */
    public BasicUsers(Supplier<Users> users) {
        this.users = users;
    }

    /**
     * Reads users from lines of {@code user password name,name…}; a password may be {@code sha256:} and the hexadecimal
     * hash of one. @throws IllegalArgumentException naming the line
     */
    public static Users parse(String text) {
        List<User> users = new ArrayList<>();
        Lists.read(text, 3, "user password name,name,…", line -> {
            String name = line.get(0);
            if (name.indexOf(':') >= 0 || users.stream().anyMatch(user -> user.name.equals(name))) {
                throw new IllegalArgumentException("the user's name contains a colon, or is listed twice");
            }
            Set<String> origins = new TreeSet<>();
            Lists.names(line.get(2)).forEach(origin -> origins.add(OriginName.require(origin)));
            users.add(new User(name, SecretHash.of(name), SecretHash.parse(line.get(1)), origins));
        });
        return new Users(users);
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        return CompletableFuture.completedFuture(judge(registration));
    }

    @Override
    public boolean lists(String name) {
        return users.get().users.stream().anyMatch(user -> user.origins.contains(name));
    }

    private Verdict judge(Registration registration) {
        String[] shown = decode(registration.credentials("Basic"));
        if (shown == null) {
            return Verdict.unauthorized("no user name and password were sent", CHALLENGE);
        }
        User match = find(SecretHash.of(shown[0]), SecretHash.of(shown[1]));
        if (match == null) {
            return Verdict.unauthorized("this user name and password are not known here", CHALLENGE);
        }
        return match.origins.contains(registration.name())
                ? Verdict.accept(Identity.of("user", match.name))
                : Verdict.forbidden("this user may not have the name " + registration.name());
    }

    private @Nullable User find(SecretHash name, SecretHash password) {
        User match = null;
        for (User user : users.get().users) { // to the end even after a match: the time must not tell which one it was
            boolean nameFits = user.nameHash.isOf(name);
            boolean passwordFits = user.password.isOf(password);
            if (nameFits && passwordFits) {
                match = user;
            }
        }
        return match;
    }

    private static String @Nullable [] decode(@Nullable String credentials) {
        if (credentials == null) {
            return null;
        }
        try {
            String both = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0 ? null : new String[] {both.substring(0, colon), both.substring(colon + 1)};
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }
}
