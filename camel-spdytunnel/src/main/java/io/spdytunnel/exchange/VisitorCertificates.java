package io.spdytunnel.exchange;

import io.spdytunnel.http.IncomingRequest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.apache.camel.Message;

/**
 * Tells a route which certificate its visitor has shown. Its headers have Camel's prefix, so they are never received or
 * sent.
 */
final class VisitorCertificates {

    private VisitorCertificates() {}

    static void describe(IncomingRequest request, Message message) {
        List<X509Certificate> shown = request.certificates();
        if (shown.isEmpty()) {
            return;
        }
        X509Certificate own = shown.get(0);
        message.setHeader(HeaderNames.VISITOR_CERTIFICATE, own);
        message.setHeader(
                HeaderNames.VISITOR_SUBJECT, own.getSubjectX500Principal().getName());
        message.setHeader(HeaderNames.VISITOR_NAMES, namesOf(own));
    }

    /** Names that are not text, such as directory names in DER, are left out. */
    private static List<String> namesOf(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .map(name -> name.get(1))
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .toList();
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
