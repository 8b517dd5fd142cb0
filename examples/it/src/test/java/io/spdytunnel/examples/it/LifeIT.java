package io.spdytunnel.examples.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs come and go, and are started wrongly. */
class LifeIT {

    @TempDir
    private Path directory;

    private Programs programs;

    @BeforeEach
    void prepare() throws Exception {
        programs = new Programs(directory);
        Files.writeString(programs.site.resolve("index.html"), "up\n");
    }

    @AfterEach
    void stop() {
        programs.close();
    }

    // ---- coming and going

    @Test
    void requestsWorkAgainAfterEitherEndHasGoneAndComeBack() throws Exception {
        programs.start();

        programs.proxy().close();
        programs.startProxy();
        programs.awaitRequest();

        programs.proxy().kill();
        programs.startProxy();
        programs.awaitRequest();

        programs.origin().close();
        assertThat(programs.gets("/").statusCode()).isEqualTo(503);
        programs.startOrigin();
        programs.awaitRequest();

        programs.origin().kill();
        programs.startOrigin();
        programs.awaitRequest();
    }

    @Test
    void aWrongTokenIsRefusedWithAReasonAndTriedAgain() throws Exception {
        programs.startProxy();
        Program stranger = programs.startAnotherOrigin(
                "stranger.log", Map.of("TUNNEL_TOKEN", "not-the-right-one", "TUNNEL_REDIAL_MAX", "200"));

        await().atMost(30, SECONDS)
                .until(() -> stranger.log()
                                .lines()
                                .filter(line -> line.contains("dialling again"))
                                .count()
                        >= 2);

        assertThat(stranger.isAlive()).isTrue();
        assertThat(stranger.log()).contains("refused with 401: this token is not known here");
        assertThat(stranger.log()).doesNotContain("not-the-right-one");
        assertThat(programs.gets("/").statusCode()).isIn(404, 503);
    }

    @Test
    void aProxyThatIsNotWhoItSaysIsToldNothing() throws Exception {
        programs.startProxy();
        Program origin = programs.startAnotherOrigin(
                "origin.log",
                Map.of("PROXY_ADDRESS", "127.0.0.2:" + programs.tunnelPort)); // the certificate names 127.0.0.1

        await().atMost(30, SECONDS).until(() -> origin.log().lines().anyMatch(line -> line.contains("WARN")));

        assertThat(origin.log()).doesNotContain("tunnel up");
        assertThat(programs.gets("/").statusCode()).isIn(404, 503);
    }

    // ---- other settings

    @Test
    void withoutTheirPropertyProbesAreFilesThatDoNotExist() throws Exception {
        programs.startProxy();
        programs.startAnotherOrigin("origin.log", Map.of("PROBE", "false"));
        programs.awaitRequest();

        assertThat(programs.gets("/probe/headers").statusCode()).isEqualTo(404);
    }

    @Test
    void otherRoutesCanBeGiven() throws Exception {
        Path routes = Files.writeString(directory.resolve("mine.camel.yaml"), """
                - beans:
                    - name: tls
                      type: org.apache.camel.support.jsse.SSLContextParameters
                      properties:
                        trustManagers:
                          keyStore:
                            resource: "file:{{tunnel.truststore}}"
                            password: "{{tunnel.truststore.password}}"
                - route:
                    from:
                      uri: "spdytunnel:{{origin.name}}"
                      parameters:
                        proxy: "{{proxy.address}}"
                        token: "RAW({{tunnel.token}})"
                        sslContextParameters: "#tls"
                      steps:
                        - setBody:
                            expression:
                              simple:
                                expression: "my own route at ${header.CamelHttpPath}"
                """);
        programs.startProxy();
        programs.startOrigin("-Dcamel.main.routesIncludePattern=file:" + routes);
        programs.awaitRequest();

        HttpResponse<String> answer = programs.gets("/here");

        assertThat(answer.body()).isEqualTo("my own route at /here");
    }

    // ---- wrong settings

    private static String failureOf(Program program) throws InterruptedException {
        assertThat(program.exit()).isEqualTo(1);
        return program.log()
                .lines()
                .filter(line -> line.contains("ERROR"))
                .reduce((first, last) -> last)
                .orElse("");
    }

    @Test
    void aMissingTokenIsSaid() throws Exception {
        Program proxy = Program.start(
                "proxy.jar",
                directory.resolve("proxy.log"),
                Map.of(
                        "TUNNEL_KEYSTORE",
                        directory.resolve("proxy.p12").toString(),
                        "TUNNEL_KEYSTORE_PASSWORD",
                        "changeit"));

        assertThat(failureOf(proxy)).contains("tunnel.token", "TUNNEL_TOKEN");
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(failureOf(programs.startAnotherProxy("a.log", Map.of("FRONT_PORT", port))))
                    .contains(port, "in use");
            assertThat(failureOf(programs.startAnotherProxy("b.log", Map.of("TUNNEL_PORT", port))))
                    .contains(port, "in use");
        }
    }

    @Test
    void anUnreadableKeyStoreIsNamed() throws Exception {
        assertThat(failureOf(programs.startAnotherProxy("a.log", Map.of("TUNNEL_KEYSTORE", "/nowhere/key.p12"))))
                .contains("/nowhere/key.p12");
        assertThat(failureOf(programs.startAnotherOrigin("b.log", Map.of("TUNNEL_TRUSTSTORE_PASSWORD", "wrong"))))
                .contains("origin-trust.p12");
    }

    @Test
    void aDirectoryThatIsNoneIsNamed() throws Exception {
        assertThat(failureOf(programs.startAnotherOrigin("a.log", Map.of("SITE_DIR", "/nowhere/site"))))
                .contains("site.dir", "/nowhere/site");
    }
}
