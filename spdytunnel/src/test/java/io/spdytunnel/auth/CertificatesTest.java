package io.spdytunnel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.spi.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which name a client certificate is for, and for which hosts a proxy's is. */
class CertificatesTest {

    private static X509Certificate certificate;

    @BeforeAll
    static void make(@TempDir Path directory) throws Exception {
        certificate = certificate(
                directory,
                "san=dns:shop42.origins.example.com,dns:*.proxies.example.com,ip:192.0.2.7,uri:spiffe://example.com/shop43");
    }

    @Test
    void nameIsWhereTheRuleSays() {
        assertThat(isFor("dns:*.origins.example.com", "shop42")).isTrue();
        assertThat(isFor("DNS:*".toLowerCase(java.util.Locale.ROOT), "shop42.origins.example.com"))
                .isTrue();
        assertThat(isFor("uri:spiffe://example.com/*", "shop43")).isTrue();
        assertThat(isFor("cn:*", "shop44")).isTrue();
        assertThat(isFor("cn:shop*", "44")).isTrue();

        assertThat(isFor("dns:*.origins.example.com", "shop43")).isFalse();
        assertThat(isFor("dns:*.origins.example.com", "shop44")).isFalse();
        assertThat(isFor("cn:*", "shop42")).isFalse();
        assertThat(isFor("uri:*", "shop43")).isFalse();
    }

    @Test
    void whoShowsNoCertificateIsNobody() {
        assertThat(new CertificateNames("cn:*")
                        .authenticate(FakeRegistration.of("shop44"))
                        .toCompletableFuture()
                        .join())
                .isEqualTo(Verdict.forbidden("no client certificate was shown"));
    }

    @Test
    void ruleHasOneAsterisk() {
        for (String wrong : List.of("*", "cn:", "cn:**", "mail:*", "dns:*.a.*", "cn:a b*")) {
            assertThatThrownBy(() -> new CertificateNames(wrong)).as(wrong).hasMessageContaining("one asterisk");
        }
    }

    @Test
    void proxyIsWhoItsCertificateSays() {
        ProxyNames own = new ProxyNames(List.of());
        FakeRegistration secure = FakeRegistration.of("attic").withProxyCertificate(certificate);

        for (String host : List.of(
                "shop42.origins.example.com", "SHOP42.origins.example.com.", "a.proxies.example.com", "192.0.2.7")) {
            assertThat(own.contain(host, secure)).as(host).isTrue();
        }
        for (String host : List.of(
                "shop44",
                "proxies.example.com",
                "a.b.proxies.example.com",
                "192.0.2.8",
                "proxy",
                "",
                "*.proxies.example.net")) {
            assertThat(own.contain(host, secure)).as(host).isFalse();
        }
        assertThat(own.contain("proxy", FakeRegistration.of("attic")))
                .as("over TLS the Host proves nothing")
                .isFalse();
    }

    @Test
    void inPlainTextTheHostIsBelievedUnlessNamesAreGiven() {
        FakeRegistration plain = FakeRegistration.of("attic").inPlainText("Proxy:1444");

        assertThat(new ProxyNames(List.of()).contain("proxy", plain)).isTrue();
        assertThat(new ProxyNames(List.of()).contain("other", plain)).isFalse();
        assertThat(new ProxyNames(List.of()).contain("2001:db8::1", plain.inPlainText("[2001:db8::1]:1444")))
                .isTrue();
        assertThat(new ProxyNames(List.of("Other.example.com")).contain("proxy", plain))
                .isFalse();
        assertThat(new ProxyNames(List.of("Other.example.com")).contain("other.example.com", plain))
                .isTrue();
    }

    private static boolean isFor(String rule, String name) {
        Verdict verdict = new CertificateNames(rule)
                .authenticate(FakeRegistration.of(name).withClientCertificate(certificate))
                .toCompletableFuture()
                .join();
        return verdict instanceof Verdict.Accepted;
    }

    private static X509Certificate certificate(Path directory, String extension) throws Exception {
        Path file = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=shop44,O=Shops",
                        "-validity",
                        "2",
                        "-ext",
                        extension,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), Charset.defaultCharset());
        if (keytool.waitFor() != 0) {
            throw new IOException(output);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "changeit".toCharArray());
        }
        return (X509Certificate) store.getCertificate("it");
    }
}
