package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The picture of packages in ARCHITECTURE.md is drawn from the code: when it differs, the failure shows the right one. */
class PackagePictureTest {

    private static final String ROOT = "io.spdytunnel";
    private static final Path PAGE = Path.of("..", "ARCHITECTURE.md");
    private static final String BEGIN = "<!-- packages: drawn by PackagePictureTest -->\n```\n";

    @Test
    void thePageShowsWhichPackageImportsWhich() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();

        assertThat(page).contains(BEGIN);
        assertThat(page.substring(begin, page.indexOf("```", begin))).isEqualTo(picture());
    }

    private static String picture() {
        Map<String, Set<String>> imports = imports();
        StringBuilder picture = new StringBuilder();
        List<String> left = new ArrayList<>(imports.keySet());
        Set<String> drawn = new TreeSet<>();
        for (int layer = 1; !left.isEmpty(); layer++) {
            List<String> next = left.stream()
                    .filter(each -> drawn.containsAll(imports.get(each)))
                    .toList();
            assertThat(next).as("packages that import each other: " + left).isNotEmpty();
            StringBuilder lines = new StringBuilder();
            for (String each : next) {
                lines.append(
                        String.format(Locale.ROOT, "%2d  %-10s  %s", layer, each, String.join(" ", imports.get(each)))
                                .stripTrailing()
                                .concat("\n"));
            }
            picture.insert(0, lines);
            drawn.addAll(next);
            left.removeAll(next);
        }
        return picture.toString();
    }

    private static Map<String, Set<String>> imports() {
        Map<String, Set<String>> imports = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(ROOT)) {
            if (isOurs(type)) {
                Set<String> of = imports.computeIfAbsent(nameOf(type), first -> new TreeSet<>());
                type.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .filter(PackagePictureTest::isOurs)
                        .filter(other -> !other.isEquivalentTo(Api.class)) // the mark itself says nothing
                        .map(PackagePictureTest::nameOf)
                        .filter(other -> !other.equals(nameOf(type)))
                        .forEach(of::add);
            }
        }
        return imports;
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(ROOT) && !type.getPackageName().equals(ROOT + ".testing");
    }

    private static String nameOf(JavaClass type) {
        return type.getPackageName().equals(ROOT)
                ? "(root)"
                : type.getPackageName().substring(ROOT.length() + 1);
    }
}
