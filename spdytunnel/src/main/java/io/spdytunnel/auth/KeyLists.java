package io.spdytunnel.auth;

import io.spdytunnel.directory.OriginName;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.OriginKeyList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Lists of keys as files have them: {@code name[,name…] key} a line, a key as in {@link KeyThumbprint#parse}. */
@Api
public final class KeyLists {

    private KeyLists() {}

    /** A list of nothing. */
    static final OriginKeyList NONE = name -> Set.of();

    /** The keys of each name; several lines for one name add up. @throws IllegalArgumentException naming the line */
    public static Map<String, Set<KeyThumbprint>> parse(String text) {
        Map<String, Set<KeyThumbprint>> keys = new HashMap<>();
        Lists.read(text, 2, "name,name,… key", line -> {
            KeyThumbprint key = KeyThumbprint.parse(line.get(1));
            Lists.names(line.get(0))
                    .forEach(name -> keys.computeIfAbsent(OriginName.require(name), any -> new HashSet<>())
                            .add(key));
        });
        return Map.copyOf(keys);
    }

    /** The current content of a file. */
    public static OriginKeyList of(Supplier<Map<String, Set<KeyThumbprint>>> keys) {
        return new OriginKeyList() {
            @Override
            public Set<String> keysOf(String name) {
                return keys.get().getOrDefault(name, Set.of()).stream()
                        .map(KeyThumbprint::name)
                        .collect(Collectors.toSet());
            }

            @Override
            public boolean lists(String name) {
                return keys.get().containsKey(name);
            }
        };
    }
}
