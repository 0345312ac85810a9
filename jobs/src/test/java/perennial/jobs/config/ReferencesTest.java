package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {

    private static final References REFERENCES = new References(Texts.ENVIRONMENT::get);

    @Test
    void shouldReadTheEnvironment() {
        assertThat(REFERENCES.resolve("user ${env:PASSWORD}, ${env:SEED}${env:EMPTY}."))
                .isEqualTo("user correct horse, 11.");
    }

    @Test
    void shouldReadFilesWithoutTheirLastLineEnd(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("secret");
        Files.writeString(file, "one\ntwo\n");

        assertThat(REFERENCES.resolve("<${file:" + file + "}>")).isEqualTo("<one\ntwo>");
    }

    @Test
    void shouldNotResolveWhatAReferenceGave(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("secret");
        Files.writeString(file, "${env:SEED}$1\\");

        assertThat(REFERENCES.resolve("${file:" + file + "}")).isEqualTo("${env:SEED}$1\\");
    }

    @Test
    void shouldTakeAnotherDollarSignForPlainText() {
        assertThat(REFERENCES.resolve("$${env:SEED} $ {x} ${other:y}")).isEqualTo("${env:SEED} $ {x} ${other:y}");
    }

    @Property
    void shouldResolveEscapedTextToItself(
            @ForAll @StringLength(max = 12) @Chars({'$', '{', '}', ':'}) @CharRange(from = 'a', to = 'b') String part) {
        String text = part + "${env:SEED}" + part + "{file:x}" + part;

        assertThat(REFERENCES.resolve(References.escape(text))).isEqualTo(text);
    }

    @Test
    void shouldResolveEveryKindOfValue() {
        assertThat(Texts.parse(Texts.LEARNER, "learners[0].seed=${env:SEED}")
                        .learners()
                        .get(0)
                        .seed())
                .isEqualTo(11);
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThat(Texts.refusal("kafka:\n  ssl.key.password: ${env:MISSING}\n"))
                .contains("F:2: kafka.ssl.key.password needs the environment variable MISSING, which is not set");
        assertThat(Texts.refusal("kafka:\n  ssl.key.password: ${file:no/such/file}\n"))
                .contains("F:2: kafka.ssl.key.password needs the file no/such/file, which cannot be read");
    }

    @Test
    void shouldRefuseALongFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("long");
        Files.write(file, new byte[References.MAX_FILE_BYTES + 1]);

        assertThat(Texts.refusal("kafka:\n  a: ${file:" + file + "}\n")).contains("to be at most 65536 bytes");
    }

    @Test
    void shouldNotShowAResolvedValueInAnError() {
        assertThat(Texts.refusal(Texts.LEARNER, "learners[0].seed=${env:PASSWORD}"))
                .contains("found=${env:PASSWORD}")
                .doesNotContain("horse");
        assertThat(Texts.refusal(Texts.LEARNER, "learners[0].method.type=${env:PASSWORD}"))
                .doesNotContain("horse");
    }

    @Test
    void shouldNotReadADeviceToItsEnd() {
        References references = new References(name -> null);

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> references.resolve("${file:/dev/zero}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 65536 bytes");
    }
}
