package dev.penstock.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was once found stays right. */
class CorpusTest {
    @ParameterizedTest
    @EnumSource
    void everyInputOfTheCorpus_isRight(FuzzTarget target) {
        assertThat(Corpus.files(target)).isNotEmpty();
        for (Path file : Corpus.files(target)) {
            try {
                target.run(Corpus.read(file));
            } catch (Throwable wrong) {
                throw new AssertionError(file.toString(), wrong);
            }
        }
    }
}
