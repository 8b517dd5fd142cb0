package io.spdytunnel.examples.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Origins of one name, one after the other or at once, that say in their logs what they have run. */
final class CountedOrigins {

    private static final Pattern RAN = Pattern.compile("ran (\\w+ \\S+) here$");

    private final Programs programs;
    private final Path routes;
    private final List<Program> all = new ArrayList<>(); // gone ones too

    CountedOrigins(Programs programs) throws IOException {
        this.programs = programs;
        routes = programs.directory.resolve("counted.camel.yaml");
        try (InputStream given = CountedOrigins.class.getResourceAsStream("/counted.camel.yaml")) {
            Files.write(routes, given.readAllBytes());
        }
    }

    Program start() {
        Program origin = programs.startAnotherOrigin(
                "origin-" + all.size() + ".log",
                Map.of("TUNNEL_REDIAL_MAX", "200"),
                "-Dcamel.main.routesIncludePattern=file:" + routes);
        all.add(origin);
        return origin;
    }

    static Program isUp(Program origin) {
        await().atMost(30, SECONDS).pollInterval(Duration.ofMillis(50)).until(() -> origin.log()
                .contains("tunnel up"));
        return origin;
    }

    /** How often any of them has run which request, as in {@code POST /probe/echo}. */
    Map<String, Long> runs() {
        return all.stream()
                .flatMap(origin -> origin.log().lines())
                .map(RAN::matcher)
                .filter(Matcher::find)
                .collect(Collectors.groupingBy(ran -> ran.group(1), Collectors.counting()));
    }

    long runs(String request) {
        return runs().getOrDefault(request, 0L);
    }

    void haveBegun(String request, int times) {
        await().atMost(10, SECONDS).until(() -> runs(request) == times);
    }

    /** Each one, gone or not, had its share. */
    void allHaveRun(String method) {
        assertThat(all).allSatisfy(origin -> assertThat(origin.log()).contains("ran " + method));
    }
}
