package io.spdytunnel.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What users may rely on is marked, listed in docs/library.md, and needs nothing that is not. */
class ApiTest {

    private static final Path PAGE = Path.of("..", "docs", "library.md");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.spdytunnel");

    @Test
    void thePageListsWhatIsMarked() throws IOException {
        Set<String> listed = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `(io\\.spdytunnel\\.\\w+)` \\| (.*) \\|$")
                .matcher(Files.readString(PAGE));
        while (row.find()) {
            Matcher type = Pattern.compile("`(\\w+)`").matcher(row.group(2));
            while (type.find()) {
                listed.add(row.group(1) + "." + type.group(1));
            }
        }
        Set<String> marked = new TreeSet<>();
        CLASSES.stream().filter(ApiTest::isMarked).map(JavaClass::getName).forEach(marked::add);

        assertThat(listed).isEqualTo(marked);
    }

    @Test
    void whatIsMarkedMentionsNothingThatIsNot() {
        List<String> unmarked = new ArrayList<>();
        for (JavaClass type : CLASSES) {
            if (isApi(type)) {
                type.getCodeUnits().stream()
                        .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC)
                                && !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .forEach(unit -> mentioned(unit).stream()
                                .filter(other -> other.getPackageName().startsWith("io.spdytunnel") && !isApi(other))
                                .forEach(other -> unmarked.add(unit.getFullName() + " mentions " + other.getName())));
            }
        }

        assertThat(unmarked).isEmpty();
    }

    private static List<JavaClass> mentioned(JavaCodeUnit unit) {
        List<JavaClass> types = new ArrayList<>(unit.getRawParameterTypes());
        types.add(unit.getRawReturnType());
        return types.stream().map(JavaClass::getBaseComponentType).toList();
    }

    private static boolean isApi(JavaClass type) {
        return isMarked(type)
                || (type.getModifiers().contains(JavaModifier.PUBLIC)
                        && type.getEnclosingClass().map(ApiTest::isApi).orElse(false));
    }

    private static boolean isMarked(JavaClass type) {
        return type.isAnnotatedWith(Api.class);
    }
}
