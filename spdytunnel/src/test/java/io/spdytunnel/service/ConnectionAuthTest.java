package io.spdytunnel.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionAuthTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NTLM                                    | true
                    ntlm TlRMTVNTUAABAAAA                   | true
                    Negotiate                               | true
                    nego2                                   | true
                    Basic realm="x",NEGOTIATE oYG2          | true
                    Basic realm="x" , NTLM                  | true
                    Basic realm="never closed, NTLM         | true
                    Digest realm="x", nonce="NTLM-free"     | false
                    Basic realm="antlm"                     | false
                    Basic TlRMTVNTUAABAAAANTLM              | false
                    Bearer x.Negotiated                     | false
                    """)
    void schemesAreFoundInAnyCaseAndPlace(String value, boolean found) {
        HttpHeaders challenge = new DefaultHttpHeaders().add("WWW-Authenticate", value);
        HttpHeaders credentials = new DefaultHttpHeaders().add("Proxy-Authorization", value);

        assertThat(ConnectionAuth.isOfferedBy(challenge)).isEqualTo(found);
        assertThat(ConnectionAuth.isIn(credentials)).isEqualTo(found);
    }

    @Test
    void everyFieldCounts() {
        HttpHeaders several = new DefaultHttpHeaders()
                .add("www-authenticate", "Basic realm=\"x\"")
                .add("www-authenticate", "Negotiate");

        assertThat(ConnectionAuth.isOfferedBy(several)).isTrue();
        assertThat(ConnectionAuth.isOfferedBy(new DefaultHttpHeaders().add("proxy-authenticate", "NTLM")))
                .isTrue();
        assertThat(ConnectionAuth.isIn(several)).isFalse();
    }
}
