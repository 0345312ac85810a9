package perennial.jobs.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page that describes every key, written from the options themselves. */
public final class Reference {

    /** An example that writes most keys; the page ends with it. */
    static final String EXAMPLE = "/perennial/example.yaml";

    private static final String HEAD = """
            # Configuration

            <!-- Generated from the options in perennial.jobs.config. Do not edit; run: ./perennial config docs --write docs/configuration.md -->

            A configuration is one YAML file. Every key that is not written has the default given here, and a key that is not
            listed here is an error. `config validate --config F` lists all errors of a file, and `config show --config F` prints the
            effective configuration, defaults and all.

            - **Overrides.** `--set path=value` on the command line replaces one value before the file is checked, as in
              `--set learners[0].seed=3`, `--set learners[0].network.hidden=[64,64]` or `--set flink.parallelism.default=1`. It may be given
              again and again; the last one on a path holds.
            - **Secrets.** `${env:NAME}` inside a value stands for an environment variable and `${file:/path}` for the text of a file without
              its last line end; a missing one is an error. `$${env:NAME}` is plain text. Values whose keys look secret (password, secret,
              token, credential, sasl.jaas.config, ssl.*.key and the like) are shown as `******`, and `--set` refuses such keys, since every
              user of a machine can read its command lines. [security.md](security.md) says more.
            - **Options of others.** Below `kafka` and `flink`, nested and dotted keys mean the same, and values reach their owner as
              they were written. A list is written as one text, as its owner reads it.
            - **YAML.** Anchors, aliases, tags and keys written twice are errors. A file may have 1 MiB.
            - A section with a `type` has the keys of that type only. "Needed" keys have no default.

            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    private Reference() {}

    /** The page as Markdown; the same for the same code. */
    public static String markdown() {
        Reference reference = new Reference();
        reference.section("Top level", "", Configuration.class);
        reference.page.append("## Full example\n\n```yaml\n").append(example()).append("```\n");
        return reference.page.toString();
    }

    static String example() {
        try (InputStream stream = Reference.class.getResourceAsStream(EXAMPLE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void section(String title, String path, Class<?> type) {
        page.append("## ").append(title).append("\n\n");
        table(type);
        below(path, type);
    }

    private void choice(String path, Class<?> section) {
        page.append("## `").append(path).append("`\n\n| type | meaning |\n|---|---|\n");
        Map<String, Class<?>> types = Keys.types(section);
        types.forEach((name, type) ->
                row("`" + name + "`", type.getAnnotation(Type.class).description()));
        page.append('\n');
        types.forEach((name, type) -> {
            if (!Keys.of(type).isEmpty()) {
                page.append("### `")
                        .append(path)
                        .append("` of type `")
                        .append(name)
                        .append("`\n\n");
                table(type);
            }
        });
        types.values().forEach(type -> below(path, type));
    }

    /** The sections inside {@code type}, after its own table. */
    private void below(String path, Class<?> type) {
        for (RecordComponent key : Keys.of(type)) {
            String inner = (path.isEmpty() ? "" : path + ".") + key.getName() + (isList(key) ? "[]" : "");
            Class<?> content = content(key);
            if (content.isSealed()) {
                choice(inner, content);
            } else if (content.isRecord()) {
                section("`" + inner + "`", inner, content);
            }
        }
    }

    private void table(Class<?> type) {
        page.append("| key | value | default | meaning |\n|---|---|---|---|\n");
        for (RecordComponent key : Keys.of(type)) {
            Option option = key.getAnnotation(Option.class);
            row("`" + key.getName() + "`", value(key, option), defaultOf(key, option), option.description());
        }
        page.append('\n');
    }

    private void row(String... cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String value(RecordComponent key, Option option) {
        Class<?> content = content(key);
        if (key.getType() == Map.class) {
            return "any keys and texts";
        }
        if (content.isSealed()) {
            return (isList(key) ? "list of sections" : "section") + ": `type` is "
                    + alternatives(List.copyOf(Keys.types(content).keySet()));
        }
        if (content.isRecord()) {
            return isList(key) ? "list of sections" : "section";
        }
        if (content.isEnum()) {
            return alternatives(Spelling.all(content));
        }
        if (content == String.class) {
            return isList(key) ? "list of texts" : "text";
        }
        if (content == boolean.class) {
            return "`true` or `false`";
        }
        boolean whole = content != double.class && content != Double.class;
        String limits = Interval.parse(option.range()).inWords();
        String number = (whole ? "whole number" : "number") + (isList(key) ? "s" : "");
        return (isList(key) ? "list of " : "") + number + (limits.isEmpty() ? "" : ", " + limits);
    }

    private static String alternatives(List<String> words) {
        String list = String.join("`, `", words.subList(0, words.size() - 1));
        return (list.isEmpty() ? "" : "`" + list + "` or ") + "`" + words.get(words.size() - 1) + "`";
    }

    private static String defaultOf(RecordComponent key, Option option) {
        if (key.getType() == Optional.class) {
            return "not there";
        }
        if (key.getType() == Map.class) {
            return "`{}`";
        }
        if (key.getType().isRecord()) {
            return "as below";
        }
        return switch (option.defaultValue()) {
            case Option.REQUIRED -> "needed";
            case "" -> "empty";
            default -> (key.getType().isSealed() ? "type " : "") + "`" + option.defaultValue() + "`";
        };
    }

    private static boolean isList(RecordComponent key) {
        return key.getType() == List.class;
    }

    /** The type of the key's value, or of what its list or optional holds. */
    private static Class<?> content(RecordComponent key) {
        return key.getGenericType() instanceof ParameterizedType type && key.getType() != Map.class
                ? (Class<?>) type.getActualTypeArguments()[0]
                : key.getType();
    }
}
