package io.spdytunnel.examples.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Files and bytes to send about, and their checksums. */
final class Samples {

    static final int MIB = 1024 * 1024;

    private Samples() {}

    /** The same bytes for the same seed. */
    static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Writes a file of so many bytes, one MiB of them again and again with its number in front; returns its SHA-256. */
    static String file(Path file, long size) throws IOException {
        byte[] piece = bytes(MIB, size);
        MessageDigest digest = sha256();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long done = 0; done < size; done += piece.length) {
                number(piece, done);
                int count = (int) Math.min(piece.length, size - done);
                out.write(piece, 0, count);
                digest.update(piece, 0, count);
            }
        }
        return hex(digest);
    }

    /** Makes pieces of an endless sample different from each other. */
    static void number(byte[] piece, long number) {
        for (int i = 0; i < Long.BYTES; i++) {
            piece[i] = (byte) (number >>> (8 * i));
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String sha256(byte[] bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        return hex(digest);
    }

    /** Reads to the end. */
    static String sha256(InputStream in) {
        MessageDigest digest = sha256();
        try (DigestInputStream read = new DigestInputStream(in, digest)) {
            read.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return hex(digest);
    }
}
