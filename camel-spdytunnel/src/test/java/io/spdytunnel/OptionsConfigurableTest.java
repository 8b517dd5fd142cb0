package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.Catalog.Option;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option of the catalog takes effect in a URI, in YAML and as a property; nothing is started for it. */
class OptionsConfigurableTest {

    /** What Camel gives to every endpoint, and to endpoints alone. */
    private static final Set<String> CAMELS_OWN_OF_ENDPOINTS = Set.of("exchangePattern", "exceptionHandler");

    /** They make one endpoint do without a tunnel, or of a producer another one; as defaults they would do it to all. */
    private static final Set<String> NEVER_INHERITED = Set.of("serve", "connect", "webSocket");

    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("listen", "127.0.0.1:4321"),
            Map.entry("legacyOrigin", "attic"),
            Map.entry("legacyOriginAddresses", "192.0.2.0/24"),
            Map.entry("serve", "127.0.0.1:4323"),
            Map.entry("connect", "localhost:4324"),
            Map.entry("proxy", "proxy.example.com:1444,127.0.0.1:4322"),
            Map.entry("forwardTo", "http://localhost:3000/below"),
            Map.entry("connectTo", "*.example.com:443,10.0.0.0/8:1-1024"),
            Map.entry("upgradeProtocols", "websocket,x-other"),
            Map.entry("streamingTypes", "text/event-stream,application/x-log*"),
            Map.entry("sticky", "cookie:shop"),
            Map.entry("token", "a-token-of-some-length"),
            Map.entry("originDomain", "tunnel.example.com"),
            Map.entry("trustedAddresses", "10.0.0.0/8,2001:db8::/32"),
            Map.entry("tokens", "file:/etc/tunnel/tokens"),
            Map.entry("users", "/etc/tunnel/users"),
            Map.entry("keys", "/etc/tunnel/keys"),
            Map.entry("claims", "/var/lib/tunnel/claims"),
            Map.entry("certificateName", "dns:*.origins.example.com"),
            Map.entry("proxyNames", "p.example.com,192.0.2.1"),
            Map.entry("authentication", "certificate,token"),
            Map.entry("publicUrl", "https://*.example.com:8443/"),
            Map.entry("username", "shop"),
            Map.entry("password", "a-password-of-some-length"),
            Map.entry("key", "/etc/tunnel/origin.jwk"),
            Map.entry("keySession", "blog"),
            Map.entry("trustedPin", "47DEQpj8HBSa4/TImW45JCeuQeRkm5NMpJWZG3hSuFU="));

    private static final Map<String, Object> BEANS = Map.of(
            "sslContextParameters", new SSLContextParameters(),
            "authenticator",
                    (Authenticator) registration -> CompletableFuture.completedFuture(Verdict.forbidden("nobody")),
            "headerFilterStrategy", new SpdyTunnelHeaderFilterStrategy(),
            "exceptionHandler", new LoggingExceptionHandler(new DefaultCamelContext(), OptionsConfigurableTest.class),
            "configuration", new SpdyTunnelConfiguration());

    static Stream<String> endpointOptions() throws Exception {
        return Catalog.load().endpointOptions().stream().map(Option::name);
    }

    private static Option endpointOption(String name) throws Exception {
        return Catalog.load().endpointOptions().stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static DefaultCamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        bindBeans(context.getRegistry());
        return context;
    }

    private static void bindBeans(Registry registry) {
        BEANS.forEach((name, bean) -> registry.bind("my-" + name, bean));
    }

    /** A value that is not the default, as a user writes it. */
    private static String written(Option option) {
        return switch (option.type()) {
            case "boolean" -> String.valueOf(!Boolean.parseBoolean(option.defaultValue()));
            // a bytesPerSecond of less than 1024 is none
            case "integer" ->
                option.name().equals("bytesPerSecond")
                        ? "123456"
                        : String.valueOf(
                                option.defaultValue().isEmpty() ? 1 << 20 : Long.parseLong(option.defaultValue()) + 1);
            // a keepAlivePatience must not be longer than the interval, whose default is 10 s
            case "duration" -> option.name().equals("keepAlivePatience") ? "7s" : "17s";
            case "enum" ->
                option.values().stream()
                        .filter(value -> !value.equals(usual(option)))
                        .findFirst()
                        .orElseThrow();
            case "object" -> "#my-" + option.name();
            case "string" -> TEXTS.get(option.name());
            default -> throw new AssertionError("option " + option.name() + " is of a new type: " + option.type());
        };
    }

    /** The catalog does not tell the default of one option that is a choice, which is Camel's. */
    private static String usual(Option option) {
        return option.name().equals("exchangePattern")
                ? new SpdyTunnelEndpoint("", new SpdyTunnelComponent(), "origin1", new SpdyTunnelConfiguration())
                        .getExchangePattern()
                        .name()
                : option.defaultValue();
    }

    private static String readBack(Option option, Object value) {
        if (option.type().equals("duration")) {
            return TimeUtils.toMilliSeconds(String.valueOf(value)) + " ms";
        }
        return option.type().equals("object") ? "#my-" + nameOf(value) : String.valueOf(value);
    }

    private static String expected(Option option) {
        return option.type().equals("duration") ? TimeUtils.toMilliSeconds(written(option)) + " ms" : written(option);
    }

    private static String nameOf(Object bean) {
        return BEANS.entrySet().stream()
                .filter(entry -> entry.getValue() == bean)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("not the bean that was meant, but " + bean);
    }

    private static String valueIn(Endpoint endpoint, Option option) {
        PropertyConfigurerGetter getter = (PropertyConfigurerGetter)
                ((SpdyTunnelEndpoint) endpoint).getComponent().getEndpointPropertyConfigurer();
        return readBack(option, getter.getOptionValue(endpoint, option.name(), false));
    }

    @ParameterizedTest
    @MethodSource("endpointOptions")
    void inAUri(String name) throws Exception {
        Option option = endpointOption(name);
        try (DefaultCamelContext context = context()) {
            Endpoint endpoint = context.getEndpoint("spdytunnel:origin1?" + name + "=" + written(option));

            assertThat(valueIn(endpoint, option)).isEqualTo(expected(option));
            assertThat(valueIn(context.getEndpoint("spdytunnel:origin1"), option))
                    .as("the default is another")
                    .isNotEqualTo(expected(option));
        }
    }

    @ParameterizedTest
    @MethodSource("endpointOptions")
    void inYaml(String name) throws Exception {
        Option option = endpointOption(name);
        String parameters = "      parameters: { " + name + ": \"" + written(option) + "\" }\n";
        String route = "- from:\n    uri: spdytunnel:origin1\n" + parameters.substring(2)
                + "    steps:\n      - to:\n          uri: spdytunnel:origin2\n    " + parameters;
        try (DefaultCamelContext context = context()) {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("route.yaml", route));

            RouteDefinition loaded = context.getRouteDefinitions().get(0);
            String from = loaded.getInput().getEndpointUri();
            String to = ((ToDefinition) loaded.getOutputs().get(0)).getEndpointUri();
            for (String uri : List.of(from, to)) {
                assertThat(valueIn(context.getEndpoint(uri), option)).as(uri).isEqualTo(expected(option));
            }
        }
    }

    @Test
    void asPropertiesOfTheComponentAndSoForEveryEndpoint() throws Exception {
        List<Option> options = Catalog.load().componentOptions().stream()
                .filter(option -> !option.name().equals("configuration")) // a bean in place of all the others
                .toList();
        Main main = new Main();
        for (Option option : options) {
            main.addInitialProperty(
                    "camel.component.spdytunnel." + StringHelper.camelCaseToDash(option.name()), written(option));
        }
        BEANS.forEach((name, bean) -> main.bind("my-" + name, bean));

        main.init();

        try (DefaultCamelContext context = (DefaultCamelContext) main.getCamelContext()) {
            Component component = context.getComponent("spdytunnel", true, false);
            PropertyConfigurerGetter getter = (PropertyConfigurerGetter) component.getComponentPropertyConfigurer();
            List<String> wrong = new ArrayList<>();
            for (Option option : options) {
                compare(wrong, option, readBack(option, getter.getOptionValue(component, option.name(), false)));
            }
            Endpoint endpoint = context.getEndpoint("spdytunnel:origin1");
            Set<String> known = options.stream().map(Option::name).collect(Collectors.toSet());
            for (Option option : Catalog.load().endpointOptions()) {
                if (known.contains(option.name())) {
                    compare(wrong, option, valueIn(endpoint, option));
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    private static void compare(List<String> wrong, Option option, String value) {
        if (!value.equals(expected(option))) {
            wrong.add(option.name() + " should be " + expected(option) + " but is " + value);
        }
    }

    @Test
    void everyOptionOfAnEndpointHasADefaultOnTheComponent() throws Exception {
        Set<String> ofEndpoints = endpointOptions().collect(Collectors.toSet());
        ofEndpoints.removeAll(CAMELS_OWN_OF_ENDPOINTS);
        ofEndpoints.removeAll(NEVER_INHERITED);

        assertThat(Catalog.load().componentOptions().stream().map(Option::name)).containsAll(ofEndpoints);
    }

    @Test
    void aSecretIsSecretEverywhere() throws Exception {
        Catalog catalog = Catalog.load();
        for (List<Option> options : List.of(catalog.componentOptions(), catalog.endpointOptions())) {
            assertThat(options.stream().filter(Option::isSecret).map(Option::name))
                    .containsExactlyInAnyOrder("token", "password");
        }
        try (DefaultCamelContext context = context()) {
            for (String secret : List.of("token", "password")) {
                Endpoint endpoint = context.getEndpoint("spdytunnel:origin1?" + secret + "=" + TEXTS.get(secret));
                assertThat(endpoint.toString()).doesNotContain(TEXTS.get(secret));
            }
        }
    }
}
