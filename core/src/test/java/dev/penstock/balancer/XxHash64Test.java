package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash64Test {
    @ParameterizedTest
    @CsvSource({ // as the program xxhsum -H64 prints them
        "'', ef46db3751d8e999",
        "a, d24ec4f1a98c6e5b",
        "abc, 44bc2cf5ad770999",
        "10.0.0.1:8080, cb972177068eb685",
        "0123456789abcdefghijklmnopqrstuv, bf7c9dbe16b5c6e2",
        "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ, 7d8c36337a4893fd",
        "'Gr\u00fc\u00dfe, \u4e16\u754c', 8da9997715a4ae3c"
    })
    void of_knownTexts_isTheKnownHash(String text, String hash) {
        assertThat(HexFormat.of().toHexDigits(XxHash64.of(text))).isEqualTo(hash);
    }
}
