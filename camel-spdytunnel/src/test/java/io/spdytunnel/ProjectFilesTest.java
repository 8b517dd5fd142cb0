package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What no file of this project may hold, and what it must: it is built anywhere, by anybody, under one licence. */
class ProjectFilesTest {

    private static final Path ROOT =
            Path.of("").toAbsolutePath().getParent(); // Maven runs tests in the module's own directory

    /** Not the project's: what builds and tools leave behind. */
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".git", ".idea", ".run");

    private static final long LONGEST_TEXT_BYTES = 1 << 20;

    /** One machine's places. The pieces keep this file from finding itself. */
    private static final Pattern OWN_PLACES =
            Pattern.compile("(?<![\\w.{}:/])/(?:" + "home" + "|" + "root" + "|" + "work" + "|" + "Users" + ")/[\\w.]+");

    /** Which registry packages come from is the builder's choice, in their own settings. */
    private static final Pattern REGISTRIES =
            Pattern.compile("(?i)(?:repo\\d*|oss|central|registry|nexus|artifactory|plugins)"
                    + "\\.(?:maven\\.apache|maven|sonatype|npmjs|npmmirror|yarnpkg|gradle)\\.(?:org|com)");

    private static final Pattern PRIVATE_KEYS = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----");

    @Test
    void noFileNamesARegistryOrOneMachinesPlacesOrHoldsAKey() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : textFiles()) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (Pattern pattern : List.of(OWN_PLACES, REGISTRIES, PRIVATE_KEYS)) {
                Matcher match = pattern.matcher(text);
                if (match.find()) {
                    long line = text.substring(0, match.start()).lines().count();
                    found.add(ROOT.relativize(file) + ":" + Math.max(1, line) + ": " + match.group());
                }
            }
        }

        assertThat(found).isEmpty();
    }

    @Test
    void licenceIsApache2() throws IOException {
        assertThat(Files.readString(ROOT.resolve("LICENSE")))
                .contains("Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS");
        assertThat(Files.readString(ROOT.resolve("pom.xml"))).contains("<name>Apache-2.0</name>");
    }

    private static List<Path> textFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean skipped = SKIPPED.contains(String.valueOf(directory.getFileName()));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // a worktree's .git is a file, and says where the repository is
                boolean isText = attributes.isRegularFile()
                        && attributes.size() < LONGEST_TEXT_BYTES
                        && !file.getFileName().toString().equals(".git")
                        && !file.getFileName().toString().endsWith(".log");
                if (isText
                        && !Files.readString(file, StandardCharsets.ISO_8859_1).contains("\0")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(files).as("the files of " + ROOT).hasSizeGreaterThan(100);
        return files;
    }
}
