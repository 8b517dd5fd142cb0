package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is renewed while the tunnel port is open. */
class ReloadingTlsTest {

    @TempDir
    private Path directory;

    @Test
    void renewedStoreIsTakenAndABrokenOneIsNot() throws Exception {
        Path store = Files.copy(TestStore.path(), directory.resolve("store.p12"));
        SSLContextParameters parameters = TunnelRig.tls();
        parameters.getKeyManagers().getKeyStore().setResource("file:" + store);
        List<SSLContext> made = new ArrayList<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            ReloadingTls tls = new ReloadingTls("the port", parameters, () -> {
                SSLContext next = TunnelTlsContexts.create(context, "the port", parameters);
                made.add(next);
                return next;
            });
            assertThat(tls.readers()).containsExactly(tls);

            tls.run();
            assertThat(made).as("unchanged").hasSize(1);

            Files.writeString(store, "half a store");
            tls.run();
            tls.run();
            assertThat(made).as("broken").hasSize(1);
            assertThat(tls.forProxy()).isNotNull();

            Files.write(store, renewed());
            tls.run();
            assertThat(made).as("renewed").hasSize(2);
        }
    }

    /** The same key under another password's salt: other bytes, as good. */
    private byte[] renewed() throws IOException, InterruptedException {
        Path other = directory.resolve("other.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-importkeystore",
                        "-noprompt",
                        "-srckeystore",
                        TestStore.path().toString(),
                        "-srcstorepass",
                        TestStore.PASSWORD,
                        "-destkeystore",
                        other.toString(),
                        "-deststoretype",
                        "PKCS12",
                        "-deststorepass",
                        TestStore.PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        return Files.readAllBytes(other);
    }
}
