package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Accepts origins by their client certificate, which TLS has verified. A rule says where the certificate has the
 * origin's name.
 *
 * <p>The identity is the name in the certificate and its issuer, not its key. So an origin's certificate can be
 * renewed, and its processes can have a certificate each.
 */
@Api
public final class CertificateNames implements Authenticator {

    private static final Pattern RULE = Pattern.compile("(dns|uri|cn):([^*\\s]*)\\*([^*\\s]*)");
    private static final int DNS = 2;
    private static final int URI = 6;

    private final String kind;
    private final String before;
    private final String after;

    /**
     * @param rule {@code dns:}, {@code uri:} (a subjectAltName) or {@code cn:} (of the subject), and what that must look
     *     like, with one asterisk for the origin's name: {@code dns:*.origins.example.com}, {@code cn:*}
     */
    public CertificateNames(String rule) {
        Matcher matcher = RULE.matcher(rule);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the rule \"" + rule + "\" must be dns:, uri: or cn: and a pattern with one"
                            + " asterisk for the origin's name, such as dns:*.origins.example.com");
        }
        this.kind = matcher.group(1);
        this.before = matcher.group(2).toLowerCase(Locale.ROOT);
        this.after = matcher.group(3).toLowerCase(Locale.ROOT);
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        return CompletableFuture.completedFuture(judge(registration));
    }

    private Verdict judge(Registration registration) {
        if (registration.clientCertificates().isEmpty()) {
            return Verdict.forbidden("no client certificate was shown");
        }
        X509Certificate certificate = registration.clientCertificates().get(0);
        String wanted = before + registration.name() + after;
        boolean fits = namesOf(certificate).stream()
                .anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(wanted));
        String issuer = certificate.getIssuerX500Principal().getName();
        return fits
                ? Verdict.accept(Identity.of("certificate", kind + ":" + wanted + " of " + issuer))
                : Verdict.forbidden("this certificate is not for the name " + registration.name());
    }

    private List<String> namesOf(X509Certificate certificate) {
        try {
            return switch (kind) {
                case "dns" -> alternativesOf(certificate, DNS);
                case "uri" -> alternativesOf(certificate, URI);
                default -> commonNamesOf(certificate);
            };
        } catch (CertificateParsingException | InvalidNameException unreadable) {
            return List.of();
        }
    }

    private static List<String> alternativesOf(X509Certificate certificate, int type)
            throws CertificateParsingException {
        List<String> found = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (alternative.get(0).equals(type)) {
                found.add(String.valueOf(alternative.get(1)));
            }
        }
        return found;
    }

    /** A subject with two common names counts as without a name: the issuer may have checked only the other one. */
    private static List<String> commonNamesOf(X509Certificate certificate) throws InvalidNameException {
        List<String> found = new LdapName(certificate.getSubjectX500Principal().getName())
                .getRdns().stream()
                        .filter(rdn -> rdn.getType().equalsIgnoreCase("CN") && rdn.size() == 1)
                        .map(Rdn::getValue)
                        .map(String::valueOf)
                        .toList();
        return found.size() == 1 ? found : List.of();
    }
}
