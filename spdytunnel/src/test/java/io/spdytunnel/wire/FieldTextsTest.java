package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and values that are known, those that nearly are, and all others. */
class FieldTextsTest {

    private static String of(String text) {
        byte[] bytes = ("ab" + text + "cd").getBytes(ISO_8859_1);
        return FieldTexts.of(bytes, 2, text.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-type", ":host", "te", "x-frame-options"})
    void whatMostMessagesHaveIsTheSameObjectEachTime(String name) {
        assertThat(FieldTexts.lowerCase(name)).isEqualTo(name).isSameAs(FieldTexts.lowerCase(new AsciiString(name)));
        assertThat(of(name)).isSameAs(FieldTexts.lowerCase(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "200 OK", "HTTP/1.1", "text/html; charset=utf-8"})
    void soAreValues(String value) {
        assertThat(of(value)).isEqualTo(value).isSameAs(of(value));
        assertThat(FieldTexts.lowerCase(value)).isEqualTo(value.toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void lettersBecomeLowerCase() {
        assertThat(FieldTexts.lowerCase("Content-TYPE")).isSameAs(FieldTexts.lowerCase("content-type"));
        assertThat(FieldTexts.lowerCase("X-Of-Mine")).isEqualTo("x-of-mine");
    }

    /** Whoever checks names must see the one that was sent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "content\rtype",
                "content-typ",
                "content-type2",
                "get",
                "200 ok",
                "strict-transport-security, and more than any of them",
                "",
                "x",
                "\u00C4",
                "content-typ\u00E5"
            })
    void bytesStayAsTheyAre(String name) {
        assertThat(of(name)).isEqualTo(name);
    }

    /** The Kelvin sign folds into a k, and 0x0D differs from a dash by the bit that tells letter cases apart. */
    @ParameterizedTest
    @ValueSource(strings = {"coo\u212Aie", "content\rtype", "\u0164e", "content-typ\u0165"})
    void nothingElseIsTakenForAKnownName(String name) {
        assertThat(FieldTexts.lowerCase(name)).isEqualTo(name.toLowerCase(java.util.Locale.ROOT));
    }
}
