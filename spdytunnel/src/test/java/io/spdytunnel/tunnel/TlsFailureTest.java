package io.spdytunnel.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same words for the same failure, whichever library met it. */
class TlsFailureTest {

    @ParameterizedTest
    @CsvSource({
        "error:10000412:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE, Received fatal alert: bad_certificate",
        "error:10000460:SSL routines:OPENSSL_internal:TLSV1_ALERT_NO_APPLICATION_PROTOCOL,"
                + " Received fatal alert: no_application_protocol",
        "error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL, unsupported protocol",
        "Received fatal alert: bad_certificate, Received fatal alert: bad_certificate"
    })
    void aConstantBecomesASentence(String message, String sentence) {
        assertThat(TlsFailure.reasonOf(new SSLException(message))).isEqualTo(sentence);
        assertThat(TlsFailure.reasonOf(new DecoderException(new SSLException(message))))
                .isEqualTo(sentence);
    }

    @Test
    void theReasonBehindOpenSslsOwnIsTold() {
        SSLHandshakeException cover = new SSLHandshakeException("General OpenSslEngine problem");
        cover.initCause(new CertificateException("No name matching localhost found"));

        assertThat(TlsFailure.reasonOf(cover)).isEqualTo("No name matching localhost found");
    }

    @Test
    void withoutAMessageItsKindIsTold() {
        assertThat(TlsFailure.reasonOf(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
