package io.spdytunnel.exchange;

import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Expression;
import org.apache.camel.StaticExpression;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExchangePropertyExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.HeaderExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.jspecify.annotations.Nullable;

/**
 * Recognises expressions of a route that read only headers and properties of the message. They read no body, which may
 * still be on its way, and call no bean, file or function that could block.
 */
final class InMemoryExpressions {

    /** What {@code simple} may name: a header or property itself, without a method call on it. */
    private static final Pattern HARMLESS =
            Pattern.compile("\\$\\{(?:(?:header|headers|in\\.header|in\\.headers|exchangeProperty)\\.[A-Za-z0-9_-]+"
                    + "|(?:header|headers|exchangeProperty)\\[[A-Za-z0-9_-]+]"
                    + "|exchangeId|routeId|null)}");

    private static final Set<Class<?>> PLAIN_VALUES =
            Set.of(String.class, byte[].class, Integer.class, Long.class, Boolean.class);

    private InMemoryExpressions() {}

    static boolean is(@Nullable ExpressionDefinition expression) {
        if (expression instanceof ConstantExpression constant) {
            return isPlain(constant);
        }
        // not those that extend them
        Class<?> language = expression == null ? null : expression.getClass();
        return expression != null
                && (language == SimpleExpression.class
                        || language == HeaderExpression.class
                        || language == ExchangePropertyExpression.class)
                && is(expression.getExpression());
    }

    /** A constant in the Java DSL can be any object, even a stream. */
    private static boolean isPlain(ConstantExpression constant) {
        ExpressionDefinition object = constant.getExpressionType();
        if (object == null) {
            return constant.getExpressionValue() == null;
        }
        Expression value = object.getExpressionValue();
        return value instanceof StaticExpression known
                && known.getValue() != null
                && PLAIN_VALUES.contains(known.getValue().getClass());
    }

    /** @param simple an expression of that language; a placeholder in it could stand for anything */
    static boolean is(@Nullable String simple) {
        return simple != null
                && !simple.contains("{{")
                && HARMLESS.matcher(simple).replaceAll("").indexOf('$') < 0;
    }
}
