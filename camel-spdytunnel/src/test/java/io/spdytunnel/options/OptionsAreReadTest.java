package io.spdytunnel.options;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.spdytunnel.SpdyTunnelComponent;
import io.spdytunnel.SpdyTunnelEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.junit.jupiter.api.Test;

/** An option that nobody reads is a promise that nobody keeps. */
class OptionsAreReadTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.spdytunnel");

    @Test
    void eachOptionOfAnEndpointIsReadWhereItActs() {
        assertThat(unread(EndpointOptions.class, UriParam.class)).isEmpty();
        assertThat(unread(SpdyTunnelEndpoint.class, UriParam.class)).isEmpty();
    }

    @Test
    void eachOptionOfTheComponentIsReadWhereItActs() {
        assertThat(unread(SpdyTunnelComponent.class, Metadata.class))
                .containsExactly("useGlobalSslContextParameters"); // Camel reads it: SSLContextParametersAware
    }

    @Test
    void anOptionThatNothingReadsIsFound() {
        class Forgotten {
            @UriParam
            @SuppressWarnings("unused") // that is the point
            private int forgotten;
        }
        JavaClasses classes = new ClassFileImporter().importClasses(Forgotten.class);

        assertThat(unread(classes.get(Forgotten.class), UriParam.class)).containsExactly("forgotten");
    }

    private static List<String> unread(Class<?> type, Class<? extends java.lang.annotation.Annotation> option) {
        List<String> unread = new ArrayList<>();
        JavaClass current = CLASSES.get(type);
        while (current != null && current.getPackageName().startsWith("io.spdytunnel")) {
            unread.addAll(unread(current, option));
            current = current.getRawSuperclass().orElse(null);
        }
        return unread;
    }

    private static List<String> unread(JavaClass type, Class<? extends java.lang.annotation.Annotation> option) {
        return type.getFields().stream()
                .filter(field -> field.isAnnotatedWith(option))
                .filter(field -> !isRead(field))
                .map(JavaField::getName)
                .toList();
    }

    /** By anything but its own accessors, or through its getter by anything but the configurers that Camel generates. */
    private static boolean isRead(JavaField field) {
        String name = field.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                + field.getName().substring(1);
        Set<String> accessors = Set.of("get" + name, "is" + name, "set" + name, "<init>");
        boolean directly = field.getAccessesToSelf().stream()
                .filter(access ->
                        access.getAccessType() != com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType.SET)
                .map(JavaAccess::getOrigin)
                .anyMatch(reader -> !accessors.contains(reader.getName()));
        return directly
                || field.getOwner().getMethods().stream()
                        .filter(method -> method.getName().equals("get" + name)
                                || method.getName().equals("is" + name))
                        .map(JavaCodeUnit::getFullName)
                        .anyMatch(OptionsAreReadTest::isCalled);
    }

    private static boolean isCalled(String getter) {
        return CLASSES.stream()
                .filter(type -> !type.getSimpleName().endsWith("Configurer"))
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(access -> access.getTarget().resolveMember().isPresent())
                .anyMatch(access ->
                        access.getTarget().resolveMember().get().getFullName().equals(getter));
    }
}
