package io.spdytunnel.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A PKCS12 store with a certificate for localhost, made once by the JDK's own keytool, as users make theirs. */
public final class TestStore {

    public static final String PASSWORD = "changeit";

    private static final Path PATH = make();

    private TestStore() {}

    public static Path path() {
        return PATH;
    }

    public static X509Certificate certificate() throws GeneralSecurityException, IOException {
        return (X509Certificate)
                KeyStore.getInstance(PATH.toFile(), PASSWORD.toCharArray()).getCertificate("localhost");
    }

    /** Writes the certificate into the directory, as other programs want it, and returns where. */
    public static Path certificateIn(Path directory) throws GeneralSecurityException, IOException {
        return Files.writeString(
                directory.resolve("localhost.crt"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    /** A context that shows this certificate and trusts it, for either end. */
    public static SSLContext sslContext() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(PATH.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("localhost", certificate());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** A process that a test has started shares the test's. */
    private static Path make() {
        String shared = System.getProperty("test.store");
        if (shared != null) {
            return Path.of(shared);
        }
        try {
            Path store = Files.createTempDirectory("spdytunnel").resolve("localhost.p12");
            Process keytool = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "localhost",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-validity",
                            "30",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString()))
                    .redirectErrorStream(true)
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            store.toFile().deleteOnExit();
            store.getParent().toFile().deleteOnExit();
            return store;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
