package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;

class YamlReaderTest {

    @Test
    void shouldRefuseAKeyWrittenTwice() {
        assertThat(Texts.refusal("format: avro\nengine: cpu\nformat: json\n"))
                .contains("F:3: a key may be written once only: key=format; it is also in line 1");
    }

    @Test
    void shouldRefuseTags() {
        assertThat(Texts.refusal("kafka: !!javax.script.ScriptEngineManager {a: b}\n"))
                .contains("F:1: tags are not read; remove the tag");
    }

    @Test
    void shouldRefuseAnchorsAndAliases() {
        assertThat(Texts.refusal("kafka: &k {a: b}\nflink: *k\n"))
                .contains("F:1: anchors and aliases (& and *) are not read")
                .contains("F:2: anchors and aliases (& and *) are not read");
    }

    @Test
    void shouldRefuseASecondDocument() {
        assertThat(Texts.refusal("format: avro\n---\nformat: json\n")).contains("F:3: a configuration is one document");
    }

    @Test
    void shouldRefuseTextThatIsNoSection() {
        assertThat(Texts.refusal("just words\n"))
                .contains("F:1: a configuration must be lines of key: value: found=just words");
        assertThat(Texts.refusal("- a\n- b\n")).contains("found=a list of 2");
    }

    @Test
    void shouldSayInWhichLineTheTextIsNoYaml() {
        assertThat(Texts.refusal("format: avro\nkafka:\n  a: b\n\tc: d\n"))
                .isEqualTo(
                        "F is not a valid configuration: errors=1\n  F:4: the text must be YAML: while scanning for the next"
                                + " token, found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)");
    }

    @Test
    void shouldNotShowTheTextThatIsNoYaml() {
        assertThat(Texts.refusal("kafka:\n  ssl.key.password: 'hunter2' 'hunter2'\n"))
                .contains("F:2: the text must be YAML")
                .doesNotContain("hunter2");
    }

    @Test
    void shouldRefuseTextThatIsNestedTooDeeply() {
        assertThat(Texts.refusal("kafka: " + "[".repeat(100) + "]".repeat(100))).contains("the text must be YAML");
    }

    @Test
    void shouldRefuseAFileThatIsTooLong(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("long.yaml");
        Files.writeString(file, "#".repeat(Configuration.MAX_FILE_BYTES + 1));

        assertThatThrownBy(() -> Configuration.load(file, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a configuration may have at most 1048576 bytes: file=" + file);
    }

    @Test
    void shouldRefuseAFileThatIsNoText(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("binary.yaml");
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe});

        assertThatThrownBy(() -> Configuration.load(file, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("must be UTF-8 text");
    }

    @Test
    void shouldRefuseAFileThatIsNotThere(@TempDir Path folder) {
        Path file = folder.resolve("missing.yaml");

        assertThatThrownBy(() -> Configuration.load(file, List.of()))
                .isInstanceOfSatisfying(
                        UserException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
                .hasMessageContaining("must be a file that can be read: file=" + file);
    }

    @Test
    void shouldReadAFileWithAByteOrderMark(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("marked.yaml");
        Files.writeString(file, "\uFEFFformat: json\n");

        assertThat(Configuration.load(file, List.of()).format()).isEqualTo(Format.JSON);
    }

    @Test
    void shouldRefuseAKeyWithoutAValue() {
        assertThat(Texts.refusal("delivery:\nformat: ~\n"))
                .contains("F:1: delivery has no value", "F:2: format has no value");
    }
}
