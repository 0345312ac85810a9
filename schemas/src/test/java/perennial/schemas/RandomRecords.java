package perennial.schemas;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ActorPosition;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.LayerReport;
import perennial.v1.LearnerProgress;
import perennial.v1.OriginalHeader;
import perennial.v1.Pause;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.ReportStatus;
import perennial.v1.Resume;
import perennial.v1.Retire;
import perennial.v1.RollBack;
import perennial.v1.ScheduleKind;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;
import perennial.v1.TakeSnapshot;
import perennial.v1.TaskSummary;
import perennial.v1.Transition;

/** Random records of every shape, all numbers included. */
final class RandomRecords extends DomainContextBase {

    @Provide
    Arbitrary<Event> events() {
        Arbitrary<Object> bodies = Arbitraries.oneOf(
                Combinators.combine(features(), Arbitraries.oneOf(ints(), floatLists()))
                        .as(LabelledExample::new),
                Combinators.combine(ints(), Arbitraries.of(LabelResetKind.class), texts())
                        .as(LabelReset::new),
                Combinators.combine(
                                features(),
                                ints(),
                                floats(),
                                Arbitraries.of(true, false),
                                Arbitraries.of(true, false),
                                longs(),
                                features().injectNull(0.5))
                        .as(Transition::new),
                Combinators.combine(longs(), doubles(), longs()).as(EpisodeEnd::new));
        return Combinators.combine(texts(), longs(), ints(), longs(), bodies).as(Event::new);
    }

    @Provide
    Arbitrary<SpecificRecord> records() {
        return Arbitraries.oneOf(
                reports(),
                summaries(),
                policies(),
                progress(),
                predictions(),
                deadLetters(),
                commands(),
                audits(),
                alerts());
    }

    private static Arbitrary<PlasticityReport> reports() {
        Arbitrary<List<Double>> values = measured().list().ofSize(34);
        return Combinators.combine(
                        texts().list().ofSize(8),
                        longs().list().ofSize(6),
                        ints(),
                        Arbitraries.of(ReportStatus.class),
                        values,
                        layers().list().ofMaxSize(4))
                .as((text, number, task, status, value, layers) -> new PlasticityReport(
                        text.get(0),
                        text.get(1),
                        text.get(2),
                        number.get(0),
                        task,
                        number.get(1),
                        number.get(2),
                        number.get(3),
                        status,
                        text.get(3),
                        value.get(0),
                        value.get(1),
                        value.get(2),
                        value.get(3),
                        value.get(4),
                        value.get(5),
                        value.get(6),
                        value.get(7),
                        value.get(8),
                        value.get(9),
                        value.get(10),
                        value.get(11),
                        value.get(12),
                        value.get(13),
                        value.get(14),
                        value.get(15),
                        value.get(16),
                        value.get(17),
                        task,
                        value.get(18),
                        value.get(19),
                        value.get(20),
                        value.get(21),
                        value.get(22),
                        value.get(23),
                        value.get(24),
                        value.get(25),
                        value.get(26),
                        value.get(27),
                        value.get(28),
                        value.get(29),
                        value.get(30),
                        value.get(31),
                        value.get(32),
                        null,
                        layers,
                        number.get(4),
                        value.get(33),
                        number.get(5),
                        text.get(4),
                        text.get(5),
                        text.get(6),
                        text.get(7)));
    }

    private static Arbitrary<LayerReport> layers() {
        return Combinators.combine(texts(), measured().list().ofSize(17))
                .as((layer, value) -> new LayerReport(
                        layer,
                        value.get(0),
                        value.get(1),
                        value.get(2),
                        value.get(3),
                        value.get(4),
                        value.get(5),
                        value.get(6),
                        value.get(7),
                        value.get(8),
                        value.get(9),
                        value.get(10),
                        value.get(11),
                        value.get(12),
                        value.get(13),
                        value.get(14),
                        value.get(15),
                        value.get(16)));
    }

    private static Arbitrary<TaskSummary> summaries() {
        return Combinators.combine(
                        texts().list().ofSize(7),
                        ints(),
                        longs().list().ofSize(6),
                        measured().list().ofSize(9))
                .as((text, task, number, value) -> new TaskSummary(
                        text.get(0),
                        text.get(1),
                        text.get(2),
                        task,
                        number.get(0),
                        number.get(1),
                        number.get(2),
                        value.get(0),
                        value.get(8),
                        value.get(1),
                        value.get(2),
                        value.get(3),
                        value.get(4),
                        value.get(5),
                        value.get(6),
                        number.get(3),
                        number.get(4),
                        value.get(7),
                        number.get(5),
                        text.get(3),
                        text.get(4),
                        text.get(5),
                        text.get(6)));
    }

    private static Arbitrary<PolicySnapshot> policies() {
        return Combinators.combine(texts(), texts(), longs(), positions(), ints(), ints(), byteBuffers())
                .as(PolicySnapshot::new);
    }

    private static Arbitrary<LearnerProgress> progress() {
        return Combinators.combine(texts(), texts(), longs(), positions()).as(LearnerProgress::new);
    }

    private static Arbitrary<Prediction> predictions() {
        return Combinators.combine(
                        texts(),
                        texts(),
                        ints(),
                        longs(),
                        ints().injectNull(0.5),
                        floats().injectNull(0.5),
                        floatLists().injectNull(0.5),
                        longs())
                .as(Prediction::new);
    }

    private static Arbitrary<DeadLetter> deadLetters() {
        return Combinators.combine(
                        byteBuffers().injectNull(0.1),
                        byteBuffers().injectNull(0.3),
                        originalHeaders(),
                        texts(),
                        ints(),
                        longs(),
                        Arbitraries.of(DeadLetterReason.class),
                        texts())
                .as(DeadLetter::new);
    }

    private static Arbitrary<ControlCommand> commands() {
        Arbitrary<Object> bodies = Arbitraries.oneOf(
                doubles().map(SetRate::new),
                Combinators.combine(
                                Arbitraries.of(ScheduleKind.class),
                                measured(),
                                doubles(),
                                longs(),
                                doubles(),
                                longs(),
                                Arbitraries.of(true, false))
                        .as(SetSchedule::new),
                Arbitraries.of(new Pause(), new Resume(), new TakeSnapshot(), new Retire()),
                longs().injectNull(0.5).map(RollBack::new));
        return Combinators.combine(texts(), texts(), longs().injectNull(0.5), texts(), bodies)
                .as(ControlCommand::new);
    }

    private static Arbitrary<ControlAudit> audits() {
        return Combinators.combine(
                        texts().list().ofSize(5),
                        Arbitraries.of(ControlOutcome.class),
                        longs(),
                        longs().injectNull(0.5),
                        positions())
                .as((text, outcome, update, atUpdate, positions) -> new ControlAudit(
                        text.get(0),
                        text.get(1),
                        text.get(2),
                        outcome,
                        text.get(3),
                        update,
                        atUpdate,
                        positions,
                        text.get(4)));
    }

    private static Arbitrary<PlasticityAlert> alerts() {
        return Combinators.combine(texts(), texts(), Arbitraries.of(AlertState.class), texts(), longs(), ints())
                .flatAs((learner, rule, state, stream, update, task) -> Combinators.combine(
                                Arbitraries.doubles().injectNull(0.3),
                                Arbitraries.doubles().injectNull(0.3),
                                texts(),
                                texts())
                        .as((value, limit, message, hash) -> new PlasticityAlert(
                                learner, rule, state, stream, update, task, value, limit, message, hash)));
    }

    private static Arbitrary<List<OriginalHeader>> originalHeaders() {
        return Combinators.combine(texts(), byteBuffers().injectNull(0.3))
                .as(OriginalHeader::new)
                .list()
                .ofMaxSize(3);
    }

    private static Arbitrary<List<ActorPosition>> positions() {
        return Combinators.combine(texts(), ints(), longs())
                .as(ActorPosition::new)
                .list()
                .ofMaxSize(4);
    }

    private static Arbitrary<Object> features() {
        return Arbitraries.oneOf(byteBuffers(), floatLists());
    }

    private static Arbitrary<ByteBuffer> byteBuffers() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(ByteBuffer::wrap);
    }

    private static Arbitrary<List<Float>> floatLists() {
        return floats().list().ofMaxSize(40);
    }

    /** Any bit pattern: the numbers hardest to write exactly are not round. */
    private static Arbitrary<Float> floats() {
        return Arbitraries.integers().map(Float::intBitsToFloat).map(value -> value.isNaN() ? Float.NaN : value);
    }

    private static Arbitrary<Double> doubles() {
        return Arbitraries.longs().map(Double::longBitsToDouble).map(value -> value.isNaN() ? Double.NaN : value);
    }

    private static Arbitrary<Double> measured() {
        return doubles().injectNull(0.3);
    }

    private static Arbitrary<Integer> ints() {
        return Arbitraries.integers();
    }

    private static Arbitrary<Long> longs() {
        return Arbitraries.longs();
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(codePoint -> codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(12)
                .map(codePoints -> {
                    StringBuilder text = new StringBuilder();
                    codePoints.forEach(text::appendCodePoint);
                    return text.toString();
                });
    }
}
