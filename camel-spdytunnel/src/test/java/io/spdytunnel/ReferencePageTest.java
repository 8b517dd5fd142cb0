package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import io.spdytunnel.testing.TestStore;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reference page says what is so. Run with {@code -Dreference.update=true} to have its tables written anew. */
class ReferencePageTest {

    private static final Pattern TUNNEL_URI = Pattern.compile("spdytunnel:([a-z0-9.*{}-]+)\\?([^\"\\s]+)");
    private static final Pattern YAML_PARAMETERS =
            Pattern.compile("spdytunnel:[^\n]*\n( +)parameters:\n((?:\\1 +[^\n]+\n?)+)");

    private Catalog catalog;
    private ReferencePage page;

    @BeforeEach
    void read() throws Exception {
        catalog = Catalog.load();
        page = new ReferencePage(Files.readString(ReferencePage.FILE));
    }

    @Test
    void tablesAreWhatTheCatalogSays() throws IOException {
        ReferencePage updated = page.withTablesOf(catalog);

        if (Boolean.getBoolean("reference.update")) {
            Files.writeString(ReferencePage.FILE, updated.text());
        } else {
            assertThat(page.firstDifference(updated))
                    .as(
                            "%s is not what the options say. Write its tables anew: mvn test -pl camel-spdytunnel"
                                    + " -Dtest=ReferencePageTest -Dreference.update=true",
                            ReferencePage.FILE)
                    .isEmpty();
        }
    }

    @Test
    void frontDoorsTableHasEveryPropertyAndItsDefault() throws ReflectiveOperationException {
        FrontDoor frontDoor = new FrontDoor();
        List<String> missing = new ArrayList<>();
        for (Field property : FrontDoor.class.getDeclaredFields()) {
            property.setAccessible(true);
            Pattern row = Pattern.compile("\\| \\*" + property.getName() + "\\*\n\\| [^\n]+\n\\| "
                    + Pattern.quote(String.valueOf(property.get(frontDoor))) + "\n");
            if (!property.isSynthetic() && !row.matcher(page.text()).find()) {
                missing.add(property.getName() + " with default " + property.get(frontDoor));
            }
        }

        assertThat(missing)
                .as("not in the table of the front door's properties")
                .isEmpty();
    }

    @Test
    void examplesUseOptionsThatThereAre() {
        Set<String> known =
                catalog.endpointOptions().stream().map(Catalog.Option::name).collect(Collectors.toSet());
        List<String> used = new ArrayList<>();
        Matcher uri = TUNNEL_URI.matcher(page.text());
        while (uri.find()) {
            for (String option : uri.group(2).split("&", -1)) {
                used.add(option.replaceAll("[=`].*", ""));
            }
        }
        Matcher parameters = YAML_PARAMETERS.matcher(page.text());
        while (parameters.find()) {
            parameters.group(2).lines().forEach(line -> used.add(line.trim().replaceAll(":.*", "")));
        }

        assertThat(used).hasSizeGreaterThan(10);
        assertThat(known).containsAll(used);
    }

    @Test
    void yamlExamplesAreRoutes() throws Exception {
        List<String> examples = page.examples("yaml");
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("example.yaml", example));

                assertThat(context.getRouteDefinitions()).as(example).isNotEmpty();
            }
        }
    }

    @Test
    void propertiesExamplesBind() throws Exception {
        Main main = new Main();
        main.addInitialProperty("tunnel.keystore.password", TestStore.PASSWORD);
        for (String example : page.examples("properties")) {
            example.replace("tunnel.p12", TestStore.path().toString()).lines().forEach(line -> {
                String[] property = line.split(" = ", 2);
                main.addInitialProperty(property[0], property[1]);
            });
        }

        main.init();

        try (DefaultCamelContext context = (DefaultCamelContext) main.getCamelContext()) {
            assertThat(context.getComponent("spdytunnel", SpdyTunnelComponent.class)
                            .isUseGlobalSslContextParameters())
                    .isTrue();
            assertThat(context.getSSLContextParameters().createSSLContext(context))
                    .isNotNull();
            assertThat(context.getRegistry()
                            .lookupByNameAndType("frontDoor", FrontDoor.class)
                            .settings()
                            .maxHeadBytes())
                    .isEqualTo(32768);
        }
    }

    @Test
    void javaExamplesCompile() throws IOException {
        List<String> examples = page.examples("java");
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            assertThat(errorsIn(asClass(example))).as(example).isEmpty();
        }
    }

    /** A class as it is; anything else is the inside of a route builder's configure(). */
    private static String asClass(String example) {
        if (example.contains("class ")) {
            return example;
        }
        String imports =
                example.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
        String statements =
                example.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
        return imports + "\nclass Example extends org.apache.camel.builder.RouteBuilder {\n"
                + "    org.apache.camel.CamelContext context;\n"
                + "    public void configure() throws Exception {\n" + statements + "\n    }\n}\n";
    }

    private static List<String> errorsIn(String source) throws IOException {
        Matcher name = Pattern.compile("class (\\w+)").matcher(source);
        assertThat(name.find()).isTrue();
        URI uri = URI.create("string:///" + name.group(1) + ".java");
        JavaFileObject file = new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        found,
                        List.of("-proc:none", "-classpath", System.getProperty("java.class.path")),
                        null,
                        List.of(file));
        task.analyze();
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(String::valueOf)
                .toList();
    }
}
