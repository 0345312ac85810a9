package perennial.streaming.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.streaming.assign.DecodeAndAssign;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.PlasticityAlert;
import perennial.v1.TaskSummary;

class DecodeMetricsHarnessTest {

    private static final int MAX_BYTES = 500;

    private final RecordCodec codec = new RecordCodec();
    private OneInputStreamOperatorTestHarness<RawRecord, SpecificRecord> harness;

    @BeforeEach
    void open() throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new DecodeMetrics(MAX_BYTES)));
        harness.setup(new RecordSerializer<>(SpecificRecord.class));
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void shouldReadAvroAndJson() throws Exception {
        TaskSummary summary = summary();
        ControlAudit audit = new ControlAudit("nap", "7", "pause", ControlOutcome.APPLIED, "", 0L, null, List.of(), "");

        take(codec.encode(summary));
        take(JsonRecords.toJsonBytes(summary));
        take(codec.encode(audit));

        assertThat(harness.extractOutputValues()).containsExactly(summary, summary, audit);
        assertThat(harness.getSideOutput(DecodeAndAssign.DEAD_LETTERS)).isNull();
    }

    @Test
    void shouldMakeDeadLettersOfEverythingElse() throws Exception {
        PlasticityAlert alert = PlasticityAlert.newBuilder()
                .setLearner("nap")
                .setRule("dead-units")
                .setState(AlertState.RAISED)
                .build();
        byte[] cut = Arrays.copyOf(codec.encode(summary()), 12);

        take("garbage".getBytes(StandardCharsets.UTF_8));
        take(cut);
        take(null);
        take(new byte[MAX_BYTES + 1]);
        take(JsonRecords.toJsonBytes(alert));

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(harness.getSideOutput(DecodeAndAssign.DEAD_LETTERS))
                .extracting(letter -> letter.getValue().getReason())
                .containsExactly(
                        DeadLetterReason.UNDECODABLE,
                        DeadLetterReason.UNDECODABLE,
                        DeadLetterReason.UNDECODABLE,
                        DeadLetterReason.TOO_LARGE,
                        DeadLetterReason.WRONG_KIND);
        DeadLetter last = harness.getSideOutput(DecodeAndAssign.DEAD_LETTERS).stream()
                .reduce((first, second) -> second)
                .orElseThrow()
                .getValue();
        assertThat(last.getError()).endsWith("found=PlasticityAlert");
        assertThat(last.getTopic()).isEqualTo("metrics");
    }

    private void take(byte[] value) throws Exception {
        harness.processElement(new RawRecord(null, value, "metrics", 0, 0, List.of()), 0);
    }

    private static TaskSummary summary() {
        return TaskSummary.newBuilder()
                .setLearner("nap")
                .setStream("s")
                .setVariant("nap")
                .setTask(3)
                .setUpdates(10)
                .setRecords(1280)
                .setPosition(1279)
                .build();
    }
}
