package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class PassThroughTest {

    @Test
    void shouldTakeNestedAndDottedKeysForTheSame() {
        Configuration nested =
                Texts.parse("flink:\n  execution:\n    checkpointing: {interval: 10s, mode: EXACTLY_ONCE}\n");
        Configuration dotted = Texts.parse(
                "flink:\n  execution.checkpointing.interval: 10s\n  execution: {checkpointing.mode: EXACTLY_ONCE}\n");

        assertThat(nested).isEqualTo(dotted);
        assertThat(nested.flink())
                .containsExactly(
                        entry("execution.checkpointing.interval", "10s"),
                        entry("execution.checkpointing.mode", "EXACTLY_ONCE"));
    }

    @Test
    void shouldKeepScalarsAsTheyWereWritten() {
        Configuration configuration = Texts.parse("""
                kafka: {a: 1_000, b: 10s, c: true, d: 0x1F, e: 1.50, f: yes, g: "007", h: 12:30:45, i: '', j: 'null', k: 2001-01-01}
                """);

        assertThat(configuration.kafka())
                .containsExactly(
                        entry("a", "1_000"),
                        entry("b", "10s"),
                        entry("c", "true"),
                        entry("d", "0x1F"),
                        entry("e", "1.50"),
                        entry("f", "yes"),
                        entry("g", "007"),
                        entry("h", "12:30:45"),
                        entry("i", ""),
                        entry("j", "null"),
                        entry("k", "2001-01-01"));
    }

    @Test
    void shouldRefuseAKeyWrittenNestedAndDotted() {
        assertThat(Texts.refusal("kafka:\n  a.b: 1\n  a: {b: 2}\n"))
                .contains("F:3: kafka.a.b is written twice, nested and with dots");
    }

    @Test
    void shouldRefuseLists() {
        assertThat(Texts.refusal("kafka:\n  bootstrap.servers: [a, b]\n"))
                .contains("F:2: kafka.bootstrap.servers must be one text as its owner reads it, such as a,b or a;b");
    }

    @Test
    void shouldRefuseAKeyWithoutAValue() {
        assertThat(Texts.refusal("kafka:\n  client.id:\n")).contains("F:2: kafka.client.id has no value");
    }
}
