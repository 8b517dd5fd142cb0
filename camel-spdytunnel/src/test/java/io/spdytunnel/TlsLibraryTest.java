package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import io.spdytunnel.testing.RecordingLog;
import io.spdytunnel.tls.ListenerTls;
import io.spdytunnel.tls.OriginTls;
import io.spdytunnel.tls.TlsLibrary;
import io.spdytunnel.tunnel.TlsEngines;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.CipherSuitesParameters;
import org.apache.camel.support.jsse.FilterParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureRandomParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.Level;

/** Which library encrypts: what the option says, and where OpenSSL would mean something else, the JDK. */
class TlsLibraryTest {

    private final RecordingLog log = new RecordingLog();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    Path directory;

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private TlsLibrary library(TlsLibrary.Choice choice) {
        return new TlsLibrary(choice, null, log);
    }

    private boolean isOpenSsl(TlsLibrary library, SSLContextParameters parameters) {
        return isOpenSsl(new ListenerTls(camel, library, "the port", parameters, List.of("http/1.1"))
                .newEngine(UnpooledByteBufAllocator.DEFAULT));
    }

    private static boolean isOpenSsl(SSLEngine engine) {
        ReferenceCountUtil.release(engine);
        return engine instanceof ReferenceCounted;
    }

    /** CI runs where it is there; without it half of these tests would say nothing. */
    @Test
    void openSslIsHereOnLinux() {
        boolean isLinux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
                && System.getProperty("os.arch").equals("amd64");
        assertThat(OpenSsl.isAvailable() || !isLinux)
                .as("OpenSSL: %s", OpenSsl.unavailabilityCause())
                .isTrue();
    }

    @Test
    void theOptionDecides() {
        assertThat(isOpenSsl(library(TlsLibrary.Choice.AUTO), TunnelRig.tls())).isTrue();
        assertThat(isOpenSsl(library(TlsLibrary.Choice.OPENSSL), TunnelRig.tls()))
                .isTrue();
        assertThat(isOpenSsl(library(TlsLibrary.Choice.JDK), TunnelRig.tls())).isFalse();
        assertThat(isOpenSsl(new TlsLibrary(TlsLibrary.Choice.AUTO, "not there", log), TunnelRig.tls()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"auto, true", "openssl, true", "jdk, false"})
    void theComponentHasTheOption(String option, boolean isOpenSsl) {
        SpdyTunnelComponent component = camel.getComponent("spdytunnel", SpdyTunnelComponent.class);
        assertThat(component.getTlsProvider()).isEqualTo("auto");
        component.setTlsProvider(option);

        assertThat(isOpenSsl(component.running().engine().tls(), TunnelRig.tls()))
                .isEqualTo(isOpenSsl);
    }

    @Test
    void whoDialsAsksToo() {
        for (SSLContextParameters parameters : new SSLContextParameters[] {TunnelRig.tls(), null}) {
            OriginTls auto = new OriginTls(
                    camel, library(TlsLibrary.Choice.AUTO), "origin a", parameters, TlsEngines.TUNNEL_PROTOCOLS);
            OriginTls jdk = new OriginTls(
                    camel, library(TlsLibrary.Choice.JDK), "origin a", parameters, TlsEngines.TUNNEL_PROTOCOLS);

            assertThat(isOpenSsl(auto.forOrigin(UnpooledByteBufAllocator.DEFAULT, "localhost", 1)))
                    .isTrue();
            assertThat(isOpenSsl(jdk.forOrigin(UnpooledByteBufAllocator.DEFAULT, "localhost", 1)))
                    .isFalse();
        }
    }

    @Test
    void itIsToldOnceWhichOneItIs() {
        TlsLibrary openSsl = library(TlsLibrary.Choice.AUTO);
        isOpenSsl(openSsl, TunnelRig.tls());
        isOpenSsl(openSsl, TunnelRig.tls());
        assertThat(log.lines()).hasSize(1).first().asString().startsWith("INFO TLS by OpenSSL (");

        isOpenSsl(
                new TlsLibrary(TlsLibrary.Choice.AUTO, "netty-tcnative is not on the class path", log),
                TunnelRig.tls());
        assertThat(log.lines().get(1)).isEqualTo("INFO TLS by the JDK: netty-tcnative is not on the class path");
    }

    @Test
    void whoInsistsOnWhatIsNotThereFailsAtStart() {
        assertThatThrownBy(() -> new TlsLibrary(TlsLibrary.Choice.OPENSSL, "no native library", log))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tlsProvider=openssl")
                .hasMessageContaining("no native library")
                .hasMessageContaining("netty-tcnative-boringssl-static");
        assertThatThrownBy(() -> TlsLibrary.of("gnutls")).hasMessageContaining("auto, jdk or openssl");
    }

    private static Arguments saying(String objection, Consumer<SSLContextParameters> setting) {
        return Arguments.of(objection, setting);
    }

    static Stream<Arguments> beyondOpenSsl() {
        return Stream.of(
                saying("name the provider SunJSSE", parameters -> parameters.setProvider("SunJSSE")),
                saying("secureRandom", parameters -> {
                    SecureRandomParameters random = new SecureRandomParameters();
                    random.setAlgorithm("DRBG");
                    parameters.setSecureRandom(random);
                }),
                saying("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", parameters -> {
                    CipherSuitesParameters suites = new CipherSuitesParameters();
                    suites.setCipherSuite(
                            List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"));
                    parameters.setCipherSuites(suites);
                }),
                saying("single cipher suites of TLSv1.3", parameters -> {
                    FilterParameters filter = new FilterParameters();
                    filter.getInclude().addAll(List.of(".*"));
                    filter.getExclude().addAll(List.of(".*CHACHA.*"));
                    parameters.setCipherSuitesFilter(filter);
                }),
                saying("none of the enabled cipher suites", parameters -> {
                    FilterParameters filter = new FilterParameters();
                    filter.getInclude().addAll(List.of("TLS_DHE_.*"));
                    parameters.setCipherSuitesFilter(filter);
                }),
                saying("cannot disable the protocols between", parameters -> {
                    SecureSocketProtocolsParameters protocols = new SecureSocketProtocolsParameters();
                    protocols.setSecureSocketProtocol(List.of("TLSv1.3", "TLSv1.1"));
                    parameters.setSecureSocketProtocols(protocols);
                    FilterParameters all = new FilterParameters();
                    all.getInclude().addAll(List.of(".*"));
                    parameters.setCipherSuitesFilter(all);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beyondOpenSsl")
    void whatOpenSslCannotDoIsTheJdks(String objection, Consumer<SSLContextParameters> setting) {
        SSLContextParameters parameters = TunnelRig.tls();
        setting.accept(parameters);

        TlsLibrary auto = library(TlsLibrary.Choice.AUTO);
        assertThat(isOpenSsl(auto, parameters)).isFalse();
        assertThat(isOpenSsl(auto, parameters)).isFalse();

        assertThat(log.lines(Level.INFO)).hasSize(2);
        assertThat(log.lines().get(1))
                .startsWith("INFO the port: TLS comes from the JDK, not from OpenSSL: ")
                .contains(objection);
        TlsLibrary strict = library(TlsLibrary.Choice.OPENSSL);
        assertThatThrownBy(() -> isOpenSsl(strict, parameters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the port")
                .hasMessageContaining(objection);
    }

    @Test
    void aProtocolThatIsNamedTwiceIsNoReason() {
        SecureSocketProtocolsParameters twice = new SecureSocketProtocolsParameters();
        twice.setSecureSocketProtocol(List.of("TLSv1.3", "TLSv1.2", "TLSv1.2"));
        SSLContextParameters parameters = TunnelRig.tls();
        parameters.setSecureSocketProtocols(twice);

        assertThat(isOpenSsl(library(TlsLibrary.Choice.OPENSSL), parameters)).isTrue();
    }

    @Test
    void aKindOfKeyThatOpenSslDoesNotHaveIsTheJdks() throws Exception {
        RenewedStore store = new RenewedStore(directory.resolve("ed.p12"))
                .has("a", "CN=a", "dns:localhost", "EC")
                .has("b", "CN=b", "dns:b.example", "Ed25519");

        assertThat(isOpenSsl(library(TlsLibrary.Choice.AUTO), store.parameters()))
                .isFalse();

        assertThat(log.lines().get(1)).contains("no keys of the type EdDSA");
    }
}
