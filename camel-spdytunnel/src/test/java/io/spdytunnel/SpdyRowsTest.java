package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/spdy-3.1.md promises a test, or an answer in words, for each of the draft's requirements. */
class SpdyRowsTest {

    private static final int ROWS = 93;
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path PAGE = ROOT.resolve("docs").resolve("spdy-3.1.md");

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|(.*)\\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    private static final Map<String, List<String>> SOURCES = sources();

    /** What stands in the last column, by row. */
    private static Map<Integer, String> proofs() throws IOException {
        Map<Integer, String> proofs = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String[] cells = row.group(2).split(" \\| ", -1);
                assertThat(cells).as("cells of row " + row.group(1)).hasSize(4);
                String before = proofs.put(Integer.valueOf(row.group(1)), cells[3].strip());
                assertThat(before).as("row " + row.group(1) + " twice").isNull();
            }
        }
        return proofs;
    }

    @Test
    void noRequirementIsMissing() throws IOException {
        assertThat(proofs().keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, ROWS).boxed().toList());
    }

    @Test
    void everyRowNamesTestsThatExistOrAnswersInWords() throws IOException {
        List<String> wrong = new ArrayList<>();
        proofs().forEach((row, proof) -> {
            List<String> missing = new ArrayList<>();
            int named = 0;
            for (Matcher test = TEST.matcher(proof); test.find(); named++) {
                if (!exists(test.group(1), test.group(2))) {
                    missing.add(test.group());
                }
            }
            if (!missing.isEmpty()) {
                wrong.add("row " + row + " names no test: " + missing);
            } else if (named == 0 && !proof.matches("answered: \\w.{40,}")) {
                wrong.add("row " + row + " has neither test nor answer");
            } else if (named > 0 && !TEST.matcher(proof).replaceAll("").isBlank()) {
                wrong.add("row " + row + " has something beside its tests: " + proof);
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** Tests are looked for as text: they lie in several modules. */
    private static boolean exists(String type, String method) {
        // no method ends between the annotation and the name
        Pattern declared = Pattern.compile(
                "@(Test|ParameterizedTest)\\b((?!\\n    }\\n).)*?\\bvoid " + method + "\\(", Pattern.DOTALL);
        return SOURCES.getOrDefault(type, List.of()).stream()
                .anyMatch(source -> declared.matcher(source).find());
    }

    private static Map<String, List<String>> sources() {
        Map<String, List<String>> sources = new HashMap<>();
        for (String module : List.of("spdytunnel", "camel-spdytunnel")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve(Path.of("src", "test", "java")))) {
                for (Path file : files.filter(each -> each.toString().endsWith("Test.java"))
                        .toList()) {
                    String type = file.getFileName().toString().replace(".java", "");
                    sources.computeIfAbsent(type, first -> new ArrayList<>()).add(Files.readString(file));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return sources;
    }
}
