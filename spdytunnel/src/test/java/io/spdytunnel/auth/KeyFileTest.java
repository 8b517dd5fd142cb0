package io.spdytunnel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The file with the origin's key. */
class KeyFileTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void keyIsMadeOnceAndForItsOwnerOnly(KeyAlgorithm algorithm) throws Exception {
        Path file = directory.resolve("origin.jwk");

        OriginKey made = KeyFile.readOrMake(file, algorithm);

        assertThat(made.algorithm()).isEqualTo(algorithm);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.readOrMake(file, KeyAlgorithm.ED25519).thumbprint()).isEqualTo(made.thumbprint());
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void processesThatStartTogetherHaveOneKey() {
        Path file = directory.resolve("origin.jwk");

        List<CompletableFuture<OriginKey>> started = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> KeyFile.readOrMake(file, KeyAlgorithm.ED25519)))
                .toList();

        assertThat(started.stream().map(CompletableFuture::join).map(OriginKey::thumbprint))
                .hasSize(8)
                .containsOnly(KeyFile.readOrMake(file, KeyAlgorithm.ED25519).thumbprint());
    }

    @Test
    void fileThatOthersMayReadIsRefused() throws Exception {
        Path file = directory.resolve("origin.jwk");
        KeyFile.readOrMake(file, KeyAlgorithm.ED25519);

        for (String mode : List.of("rw-r--r--", "rw--w----", "rw-----w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> KeyFile.readOrMake(file, KeyAlgorithm.ED25519))
                    .hasMessageContaining(mode)
                    .hasMessageContaining("chmod 600");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        assertThat(KeyFile.readOrMake(file, KeyAlgorithm.ED25519)).isNotNull();
    }

    @Test
    void whatIsNoKeyIsNamedWithoutBeingShown() throws Exception {
        OriginKey key = OriginKey.generate(KeyAlgorithm.ED25519);
        OriginKey other = OriginKey.generate(KeyAlgorithm.ED25519);
        String halves = key.toPrivateJwk().replaceAll("\"x\":\"[^\"]*\"", "\"x\":\"" + xOf(other) + "\"");

        wrong("not json, but secret", "not a private key in the form of a JWK");
        wrong(key.toPublicJwk(), "public key");
        wrong("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "not a private key in the form of a JWK");
        wrong(halves, "do not belong together");
        assertThatThrownBy(() -> KeyFile.readOrMake(directory.resolve("not/there.jwk"), KeyAlgorithm.ED25519))
                .hasMessageContaining("its directory does not exist");
    }

    private static String xOf(OriginKey key) {
        return key.toPublicJwk().replaceAll(".*\"x\":\"([^\"]*)\".*", "$1");
    }

    private void wrong(String content, String reason) throws Exception {
        Path file = directory.resolve("wrong.jwk");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> KeyFile.readOrMake(file, KeyAlgorithm.ED25519))
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret\"");
    }
}
