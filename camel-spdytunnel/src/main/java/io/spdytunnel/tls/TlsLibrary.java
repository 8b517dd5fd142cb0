package io.spdytunnel.tls;

import io.netty.handler.ssl.OpenSsl;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS library (component option {@code tlsProvider}): the JDK's, or OpenSSL if netty-tcnative is on the class path.
 * If OpenSSL cannot do what the parameters say, the JDK is used and the reason is logged.
 */
public final class TlsLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(TlsLibrary.class);

    /** What the option says. */
    public enum Choice {
        /** OpenSSL, if it is available and can do what the parameters say. */
        AUTO,
        /** Never OpenSSL. */
        JDK,
        /** OpenSSL or nothing. */
        OPENSSL
    }

    private final Choice choice;
    private final @Nullable String absence;
    private final Logger log;
    private final AtomicBoolean announced = new AtomicBoolean();

    /** Has at most one entry for each port and origin. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * Decides by the option {@code tlsProvider}.
     *
     * @param option auto, jdk or openssl
     * @throws IllegalArgumentException if it is none of these, or if it is openssl and OpenSSL cannot be used
     */
    public static TlsLibrary of(String option) {
        Choice choice = choiceOf(option);
        return new TlsLibrary(choice, choice == Choice.JDK ? null : absenceOfOpenSsl(), LOG);
    }

    /**
     * A decision and its reason.
     *
     * @param absence why OpenSSL cannot be used; null if it can, or is not to be
     */
    public TlsLibrary(Choice choice, @Nullable String absence, Logger log) {
        if (choice == Choice.OPENSSL && absence != null) {
            throw new IllegalArgumentException("tlsProvider=openssl, but there is no OpenSSL: " + absence
                    + "; add io.netty:netty-tcnative-boringssl-static for this platform to the class path, or set"
                    + " tlsProvider=auto");
        }
        this.choice = choice;
        this.absence = absence;
        this.log = log;
    }

    static Choice choiceOf(String option) {
        for (Choice choice : Choice.values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(option)) {
                return choice;
            }
        }
        throw new IllegalArgumentException("tlsProvider=" + option + " is not known; set it to auto, jdk or openssl");
    }

    private static @Nullable String absenceOfOpenSsl() {
        if (OpenSsl.isAvailable()) {
            return null;
        }
        Throwable cause = OpenSsl.unavailabilityCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof ClassNotFoundException || cause == null
                ? "netty-tcnative is not on the class path"
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /**
     * The engines for a plan. May block.
     *
     * @param jdk makes the engines of the JDK
     * @throws IllegalArgumentException if OpenSSL must be used and cannot do what the plan says
     */
    SslEngineSource make(Supplier<TlsPlan> plan, Supplier<SslEngineSource> jdk) {
        announce();
        if (!usesOpenSsl()) {
            return jdk.get();
        }
        TlsPlan wanted = plan.get();
        String objection = OpenSslRules.objection(wanted);
        if (objection == null) {
            try {
                return OpenSslEngines.of(wanted);
            } catch (SSLException | IllegalArgumentException | IllegalStateException refused) {
                objection = "OpenSSL reports: " + refused.getMessage();
            }
        }
        if (choice == Choice.OPENSSL) {
            throw new IllegalArgumentException(
                    wanted.where() + " cannot use OpenSSL for TLS, which tlsProvider=openssl requires: " + objection
                            + "; change that, or set tlsProvider=auto");
        }
        if (told.add(wanted.where())) {
            log.info("{}: TLS comes from the JDK, not from OpenSSL: {}", wanted.where(), objection);
        }
        return jdk.get();
    }

    private boolean usesOpenSsl() {
        return choice != Choice.JDK && absence == null;
    }

    private void announce() {
        if (!announced.compareAndSet(false, true)) {
            return;
        }
        if (usesOpenSsl()) {
            log.info("TLS by OpenSSL ({})", OpenSsl.versionString());
        } else {
            log.info("TLS by the JDK: {}", choice == Choice.JDK ? "tlsProvider=jdk" : String.valueOf(absence));
        }
    }
}
