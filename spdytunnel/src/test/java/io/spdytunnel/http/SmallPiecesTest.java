package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallPiecesTest {

    private final List<ByteBuf> written = new ArrayList<>();
    private final SmallPieces pieces = new SmallPieces(written::add);
    private final StringBuilder given = new StringBuilder();

    private void add(int size) {
        String text = String.valueOf((char) ('a' + given.length() % 26)).repeat(size);
        given.append(text);
        pieces.add(Unpooled.copiedBuffer(text, US_ASCII));
    }

    private String gone() {
        StringBuilder all = new StringBuilder();
        written.forEach(piece -> {
            all.append(piece.toString(US_ASCII));
            piece.release();
        });
        written.clear();
        return all.toString();
    }

    @Test
    void aTransportThatKeepsUpGetsEachPieceAtOnce() {
        for (int i = 0; i < 100; i++) {
            add(1);
            assertThat(gone()).isEqualTo(given.toString());
            given.setLength(0);
            pieces.left();
        }
    }

    @Test
    void aWindowOfSingleBytesIsAFewPieces() {
        for (int i = 0; i < 64 * 1024; i++) {
            add(1);
        }
        pieces.send();
        assertThat(written).hasSizeLessThan(30);
        assertThat(gone()).isEqualTo(given.toString());
    }

    @Test
    void largePiecesKeepTheirPlaceAmongSmallOnes() {
        for (int i = 0; i < 100; i++) {
            add(1);
            if (i % 10 == 0) {
                add(600);
            }
            if (i % 30 == 29) {
                pieces.left();
            }
        }
        pieces.send();
        assertThat(gone()).isEqualTo(given.toString());
    }

    @Test
    void whatWasJoinedGoesWhenAnEarlierPieceHasLeft() {
        for (int i = 0; i < 20; i++) {
            add(1);
        }
        assertThat(written).hasSize(8);
        pieces.left();
        assertThat(gone()).isEqualTo(given.toString());
    }

    @Test
    void whatIsDroppedIsCounted() {
        for (int i = 0; i < 20; i++) {
            add(1);
        }
        assertThat(pieces.drop()).isEqualTo(12);
        assertThat(pieces.drop()).isZero();
        assertThat(gone()).hasSize(8);
    }
}
