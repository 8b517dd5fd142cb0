package io.spdytunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.spdytunnel.auth.KeyAlgorithm;
import io.spdytunnel.auth.KeyFile;
import io.spdytunnel.auth.SignedAnswer;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.directory.OriginTunnel;
import io.spdytunnel.tunnel.TunnelClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may be which origin, by the options of both ends, over sockets. */
class IdentitiesTest {

    private static final String LONG_TOKEN = "another-token-of-some-length";

    @TempDir
    private Path directory;

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void stops() {
        rig.close();
    }

    // ---- keys

    @Test
    void originIsNamedAfterItsKeyAndNobodyHasToListIt() throws Exception {
        Path key = directory.resolve("origin.jwk");
        starts(
                proxy("*", "keyNames=true&originDomain=tunnel.example.com"),
                origin("*", "key=" + key),
                origin("*", "key=" + key + "&keySession=blog&keyAlgorithm=P-256"));
        rig.isUp();

        String name = KeyFile.readOrMake(key, KeyAlgorithm.ED25519).thumbprint().name();
        String blog = KeyFile.readOrMake(key, KeyAlgorithm.ED25519).thumbprint().name("blog");
        assertThat(clients().stream().map(client -> client.settings().originName()))
                .containsExactly(name, blog);
        assertThat(clients().stream().map(TunnelClient::publicUrl))
                .containsExactly(
                        "https://" + name + ".tunnel.example.com/", "https://" + blog + ".tunnel.example.com/");
        assertThat(clients().get(0).status().sentence()).contains("public at https://" + name);
        for (String host : List.of(name, blog)) {
            await().atMost(5, SECONDS).untilAsserted(() -> {
                try (Socket visitor = new Socket(InetAddress.getLoopbackAddress(), rig.frontPort)) {
                    visitor.setSoTimeout(5000);
                    visitor.getOutputStream()
                            .write(("GET / HTTP/1.1\r\nHost: " + host
                                            + ".tunnel.example.com\r\nConnection: close\r\n\r\n")
                                    .getBytes(ISO_8859_1));
                    String answer = new String(visitor.getInputStream().readAllBytes(), ISO_8859_1);
                    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("hello");
                }
            });
        }
    }

    @Test
    void nameBelongsToTheKeyThatIsListedForItAndTheListIsReadAgain() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys"), "origin1 " + thumbprint("right.jwk") + "\n");
        starts(
                proxy("*", "keys=" + keys + "&reloadInterval=100"),
                origin("origin1", "key=" + directory.resolve("right.jwk")),
                origin("origin1", "key=" + directory.resolve("wrong.jwk") + "&keyAlgorithm=P-256"));

        isUp(0);
        hears(1, "refused with 403: the name origin1 is listed for another key");
        assertThat(KeyFile.readOrMake(directory.resolve("wrong.jwk"), KeyAlgorithm.ED25519)
                        .algorithm())
                .isEqualTo(KeyAlgorithm.P_256);

        Files.writeString(keys, "origin1 oops\n"); // a slip changes nothing
        Files.writeString(keys, "origin1 " + thumbprint("wrong.jwk") + "\n");
        hears(1, "refused with 409"); // listed now, but held: no session was dropped
        clients().get(0).suspend(java.time.Duration.ZERO);
        isUp(1);
    }

    @Test
    void changedKeyFileIsTakenAtTheNextDial() throws Exception {
        Path key = directory.resolve("origin.jwk");
        thumbprint("origin.jwk");
        String next = thumbprint("next.jwk");
        starts(
                proxy("*", "claim=first&claims=" + directory.resolve("claims")),
                origin("origin1", "key=" + key + "&reloadInterval=50"));
        isUp(0);
        assertThat(directory.resolve("claims")).content().startsWith("origin1 ");
        Files.writeString(directory.resolve("claims"), "origin1 " + next + "\n");

        Files.move(directory.resolve("next.jwk"), key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await().atMost(10, SECONDS).untilAsserted(() -> {
            clients()
                    .get(0)
                    .suspend(java.time.Duration.ZERO)
                    .toCompletableFuture()
                    .get(5, SECONDS);
            clients().get(0).resume();
            await().atMost(3, SECONDS).until(() -> clients().get(0).status().isUp());
            assertThat(directory().tunnels("origin1"))
                    .extracting(tunnel -> tunnel.identity().toString())
                    .contains("key " + next);
        });
    }

    @Test
    void claimedNameIsRefusedToWhoComesLater() throws Exception {
        starts(plainProxy("claim=first"));
        RawOriginWithKey first = new RawOriginWithKey("first.jwk");
        assertThat(first.registersAs("origin1", rig.tunnelPort)).startsWith("HTTP/1.1 200 ");
        first.close();

        RawOriginWithKey later = new RawOriginWithKey("later.jwk");

        assertThat(later.registersAs("origin1", rig.tunnelPort)).startsWith("HTTP/1.1 403 ");
        later.close();
    }

    @Test
    void signatureForAHostThatIsNoneOfProxyNamesIsRefused() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys"), "origin1 " + thumbprint("right.jwk") + "\n");
        starts(
                proxy("*", "keys=" + keys + "&proxyNames=p.example.com,q.example.com"),
                origin("origin1", "key=" + directory.resolve("right.jwk")));

        hears(0, "refused with 401: signature refused: it was signed for another proxy");
    }

    @Test
    void row18ReplayedRegistrationIsRefusedOnAnotherConnection() throws Exception {
        starts(plainProxy("keyNames=true"));
        RawOriginWithKey origin = new RawOriginWithKey("origin.jwk");
        assertThat(origin.registersAs(origin.name(), rig.tunnelPort)).startsWith("HTTP/1.1 200 ");

        try (RawOrigin attacker = new RawOrigin(rig.tunnelPort)) {
            assertThat(attacker.registers(origin.name(), origin.lastAuthorization))
                    .startsWith("HTTP/1.1 401 ");
        }
        try (RawOrigin attacker = new RawOrigin(rig.tunnelPort)) {
            assertThat(attacker.registers(origin.name(), "")).contains("WWW-Authenticate: Tunnel nonce=");
            assertThat(attacker.registers(origin.name(), origin.lastAuthorization))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("Connection: close");
        }
        origin.close();
    }

    @Test
    void row18KeyBForKeyAsNameIs403AndTheHolderIsUnaffected() throws Exception {
        starts(plainProxy("keyNames=true"));
        RawOriginWithKey a = new RawOriginWithKey("a.jwk");
        RawOriginWithKey b = new RawOriginWithKey("b.jwk");
        assertThat(a.registersAs(a.name(), rig.tunnelPort)).startsWith("HTTP/1.1 200 ");

        assertThat(b.registersAs(a.name(), rig.tunnelPort)).startsWith("HTTP/1.1 403 ");

        assertThat(a.isStillAnswered()).isTrue();
        a.close();
    }

    @Test
    void row19HundredAlternationsLeaveOneSessionAndNothingElse() throws Exception {
        starts(plainProxy("keyNames=true&drainTimeout=0"));
        RawOriginWithKey origin = new RawOriginWithKey("origin.jwk");
        List<RawOrigin> older = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            assertThat(origin.registersAs(origin.name(), rig.tunnelPort)).startsWith("HTTP/1.1 200 ");
            older.add(origin.connected);
        }

        assertThat(origin.isStillAnswered()).isTrue();
        for (RawOrigin replaced : older.subList(0, 99)) {
            assertThat(replaced.hearsTheRest()).anyMatch(frame -> frame.startsWith("GOAWAY"));
            replaced.close();
        }
        List<OriginTunnel> left = directory().tunnels();
        assertThat(left).hasSize(1);
        assertThat(left.get(0).session().isAcceptingStreams()).isTrue();
        assertThat(left.get(0).identity()).hasToString("key " + origin.name());
        origin.close();
        await().atMost(5, SECONDS).until(() -> directory().tunnels().isEmpty());
    }

    @Test
    void row19TokenTakesItsOwnNameOverAndNobodyElses() throws Exception {
        starts(proxy(
                        "*",
                        "tokens="
                                + Files.writeString(
                                        directory.resolve("tokens"),
                                        "origin1 " + TunnelRig.TOKEN + "\norigin1 " + LONG_TOKEN + "\n")
                                + "&drainTimeout=0")
                .replace("sslContextParameters=#tls", "tls=false"));
        RawOrigin older = RawOrigin.registered(rig.tunnelPort, "origin1", TunnelRig.TOKEN);
        assertThat(older.isStillAnswered()).isTrue(); // so it is counted in, and the other is the newer one

        RawOrigin newer = RawOrigin.registered(rig.tunnelPort, "origin1", TunnelRig.TOKEN);
        assertThat(older.hearsTheRest()).anyMatch(frame -> frame.startsWith("GOAWAY"));
        try (RawOrigin other = new RawOrigin(rig.tunnelPort)) {
            assertThat(other.registers("origin1", "Authorization: Bearer " + LONG_TOKEN + "\r\n"))
                    .startsWith("HTTP/1.1 409 ");
        }

        assertThat(newer.isStillAnswered()).isTrue();
        assertThat(directory().tunnels("origin1")).hasSize(1);
        older.close();
        newer.close();
    }

    @Test
    void row20ProxyThatIsNotVerifiedHearsNothingAtAll() throws Exception {
        thumbprint("origin.jwk");
        String proofs = "&key=" + directory.resolve("origin.jwk") + "&token=" + LONG_TOKEN + "&username=u&password=p";
        String wrongPin = "&trustedPin=47DEQpj8HBSa4/TImW45JCeuQeRkm5NMpJWZG3hSuFU=";
        for (String dialled : List.of("127.0.0.2:%d" + proofs, "localhost:%d" + proofs + wrongPin)) {
            try (RecordingProxy fake = new RecordingProxy()) {
                DefaultCamelContext context = new DefaultCamelContext();
                context.getRegistry().bind("tls", TunnelRig.tls());
                context.addRoutes(route("spdytunnel:origin1?sslContextParameters=#tls&proxy="
                        + dialled.replace("%d", String.valueOf(fake.port()))));
                context.start();
                try {
                    assertThat(fake.heard().get(10, SECONDS)).isEmpty();
                } finally {
                    context.stop();
                }
            }
        }
    }

    // ---- tokens, users, certificates, and several of them together

    @Test
    void tokensAndUsersAreReadFromFilesAndReadAgain() throws Exception {
        Path tokens = Files.writeString(directory.resolve("tokens"), "origin1 " + TunnelRig.TOKEN + "\n");
        Path users = Files.writeString(directory.resolve("users"), "shop first-password origin1,origin2\n");
        Path password = Files.writeString(directory.resolve("password"), "second-password\n");
        Path token = Files.writeString(directory.resolve("token"), TunnelRig.TOKEN + "\n");
        starts(
                proxy("*", "tokens=" + tokens + "&users=" + users + "&reloadInterval=50&authentication=token,basic"),
                origin("origin1", "token=file:" + token),
                origin("origin2", "reloadInterval=50&username=shop&password=file:" + password));

        isUp(0);
        hears(1, "refused with 401: no bearer token was sent; this user name and password are not known here");
        Files.writeString(users, "shop second-password origin3\n");
        hears(1, "refused with 403: this user may not have the name origin2");
        Files.writeString(password, "third-password");
        hears(1, "this user name and password are not known here");
        Files.writeString(users, "shop third-password origin2\n");
        isUp(1);
        assertThat(clients().get(0).status().isUp()).isTrue();
    }

    @Test
    void tokenOfAnEndpointMayBeInAFileToo() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), LONG_TOKEN + "\n");
        starts(
                proxy("origin1", "reloadInterval=50&token=file:" + token),
                origin("origin1", "token=" + TunnelRig.TOKEN));
        hears(0, "refused with 401");

        Files.writeString(token, TunnelRig.TOKEN);

        await().atMost(4, SECONDS).until(() -> clients().get(0).status().isUp()); // sooner than by default
    }

    @Test
    void tokenAndKeyAreWantedTogether() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys"), "origin1 " + thumbprint("right.jwk") + "\n");
        String key = "key=" + directory.resolve("right.jwk");
        starts(
                proxy("origin1", "token=" + TunnelRig.TOKEN + "&keys=" + keys),
                origin("origin1", key + "&token=" + TunnelRig.TOKEN),
                origin("origin1", key),
                origin("origin1", key + "&token=" + LONG_TOKEN),
                origin("origin1", "token=" + TunnelRig.TOKEN));

        isUp(0);
        hears(1, "refused with 401: no bearer token was sent");
        hears(2, "refused with 401: this token is not known here");
        hears(3, "refused with 401: sign the nonce");
        assertThat(directory().tunnels("origin1").get(0).identity().toString())
                .startsWith("the token of origin1 with key ");
    }

    @Test
    void nameIsInTheClientCertificate() throws Exception {
        starts(
                proxy("*", "certificateName=cn:*"),
                origin("localhost", ""),
                origin("origin1", ""),
                origin("localhost", "").replace("#tls", "#trusting"));

        isUp(0);
        hears(1, "refused with 403: this certificate is not for the name origin1");
        await().atMost(10, SECONDS)
                .until(() -> clients().get(2).status().sentence().contains("not connected"));
        assertThat(directory().tunnels("localhost").get(0).identity().toString())
                .isEqualTo("certificate cn:localhost of CN=localhost");
    }

    @Test
    void certificatesAreOnlyWantedWhereATokenIsAsGood() throws Exception {
        starts(
                proxy("origin1", "certificateName=dns:*&authentication=certificate,token&token=" + TunnelRig.TOKEN),
                origin("localhost", ""),
                origin("origin1", "token=" + TunnelRig.TOKEN).replace("#tls", "#trusting"));

        isUp(0);
        isUp(1);
    }

    @Test
    void publicUrlIsToldToTheOrigin() throws Exception {
        starts(
                proxy("origin1", "publicUrl=http://shops.example.com:8080/*/&token=" + TunnelRig.TOKEN),
                origin("origin1", "token=" + TunnelRig.TOKEN));
        isUp(0);

        assertThat(clients().get(0).publicUrl()).isEqualTo("http://shops.example.com:8080/origin1/");
    }

    @Test
    void optionsThatDoNotGoTogetherFailAtStart() {
        refused(
                proxy("*", "users=/x&authentication=basic+token"),
                "requires token, which needs option token or tokens");
        refused(proxy("*", "keyNames=true&users=/x&authentication=key"), "does not name basic, so option users");
        refused(proxy("*", "keyNames=true&claims=/x"), "without claim=first");
        refused(proxy("*", "certificateName=cn:*").replace("#tls", "#keyOnly"), "no trust store");
        refused(proxy("*", "tokens=" + directory.resolve("none")), "there is no such file");
        refused(proxy("*", "authentication=magic"), "authentication names");
        refused(proxy("*", "certificateName=*"), "certificateName");
        refused(proxy("*", "publicUrl=shop"), "publicUrl");
        refused(origin("origin1", "username=u"), "username and password go together");
        refused(origin("origin1", "keySession=s"), "it needs the option key");
        refused(origin("*", ""), "its name can be * only with");
    }

    // ---- the two ends

    private static RouteBuilder route(String from) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).process(exchange -> exchange.getMessage().setBody("hello"));
            }
        };
    }

    private String proxy(String name, String options) {
        return "spdytunnel:" + name + "?listen=127.0.0.1:" + rig.tunnelPort
                + "&sslContextParameters=#tls&maxFailedRegistrations=0&" + options;
    }

    private String plainProxy(String options) {
        return proxy("*", options).replace("sslContextParameters=#tls", "tls=false");
    }

    private String origin(String name, String options) {
        return "spdytunnel:" + name + "?proxy=localhost:" + rig.tunnelPort
                + "&sslContextParameters=#tls&redialMax=200&redialRefusedMax=200"
                + (options.isEmpty() ? "" : "&" + options);
    }

    private void starts(String proxy, String... origins) throws Exception {
        var keyOnly = TunnelRig.tls();
        keyOnly.setTrustManagers(null);
        rig.proxy.getRegistry().bind("keyOnly", keyOnly);
        var trusting = TunnelRig.tls();
        trusting.setKeyManagers(null);
        rig.origin.getRegistry().bind("trusting", trusting);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(proxy);
            }
        });
        for (String origin : origins) {
            rig.origin.addRoutes(route(origin));
        }
        rig.starts();
    }

    private void refused(String uri, String reason) {
        boolean isProxy = uri.contains("listen=");
        TunnelRig other = new TunnelRig();
        try {
            var keyOnly = TunnelRig.tls();
            keyOnly.setTrustManagers(null);
            other.proxy.getRegistry().bind("keyOnly", keyOnly);
            assertThatThrownBy(() -> {
                        other.proxy.addRoutes(new RouteBuilder() {
                            @Override
                            public void configure() {
                                if (isProxy) {
                                    from("direct:in").to(uri);
                                } else {
                                    from(uri).to("mock:out");
                                }
                            }
                        });
                        other.proxy.start();
                    })
                    .hasStackTraceContaining(reason);
        } finally {
            other.close();
        }
    }

    private List<TunnelClient> clients() {
        return rig.origin.getRoutes().stream()
                .flatMap(route -> ((SpdyTunnelConsumer) route.getConsumer()).clients().stream())
                .toList();
    }

    private void isUp(int client) {
        await().atMost(15, SECONDS).until(() -> clients().get(client).status().isUp());
    }

    private void hears(int client, String sentence) {
        await().atMost(15, SECONDS)
                .untilAsserted(() ->
                        assertThat(clients().get(client).status().sentence()).contains(sentence));
    }

    private OriginDirectory directory() {
        return rig.proxy
                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                .running()
                .directory();
    }

    private String thumbprint(String file) {
        return KeyFile.readOrMake(directory.resolve(file), KeyAlgorithm.ED25519)
                .thumbprint()
                .name();
    }

    /** An origin of another make, in plain text, that signs what it is asked to. */
    private final class RawOriginWithKey {

        private final String file;
        private RawOrigin connected;
        private String lastAuthorization = "";

        RawOriginWithKey(String file) {
            this.file = file;
        }

        String name() {
            return thumbprint(file);
        }

        String registersAs(String name, int port) throws IOException {
            connected = new RawOrigin(port);
            String challenge = connected.registers(name, "");
            Matcher line = Pattern.compile("(?i)www-authenticate: (.*)\r").matcher(challenge);
            assertThat(line.find()).as(challenge).isTrue();
            SignedAnswer key =
                    new SignedAnswer(() -> KeyFile.readOrMake(directory.resolve(file), KeyAlgorithm.ED25519), "");
            lastAuthorization = "Authorization: " + key.answer(line.group(1), name, "proxy") + "\r\n";
            String answer = connected.registers(name, lastAuthorization);
            if (answer.startsWith("HTTP/1.1 200 ")) {
                isStillAnswered(); // the proxy counts a tunnel in after its 200; once it answers frames it has
            }
            return answer;
        }

        boolean isStillAnswered() {
            return connected.isStillAnswered();
        }

        void close() throws IOException {
            connected.close();
        }
    }
}
