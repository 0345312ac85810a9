package perennial.streaming.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.schemas.RecordCodec;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerInput;
import perennial.streaming.types.RawRecord;
import perennial.v1.ControlCommand;
import perennial.v1.Pause;

class TicketSourceTest {

    private static final SourceEvent DONE = new SourceEvent() {};

    @Test
    void shouldGiveOneTicketInTurnUntilEachLearnerHasItsOwn() throws Exception {
        Map<String, Long> tickets = new LinkedHashMap<>();
        tickets.put("a", 3L);
        tickets.put("b", 1L);
        tickets.put("c", 2L);

        assertThat(tickets(tickets, 1))
                .extracting(ticket -> ticket.learner() + ticket.number())
                .containsExactly("a0", "b0", "c0", "a1", "c1", "a2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void shouldGiveEveryTicketOnceUnderTheLearnersKeyWhateverTheParallelism(int parallelism) throws Exception {
        Map<String, Long> tickets = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            tickets.put("learner-" + i, 2L);
        }
        LearnerKeys keys = LearnerKeys.of(List.copyOf(tickets.keySet()));
        List<Ticket> expected = new ArrayList<>();
        for (String learner : tickets.keySet()) {
            expected.add(new Ticket(keys.of(learner), learner, 0));
            expected.add(new Ticket(keys.of(learner), learner, 1));
        }

        assertThat(tickets(tickets, parallelism)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void shouldAllowAllEventsWithoutATicketTooMany() {
        assertThat(Ticket.toAllow(0)).isZero();
        assertThat(Ticket.toAllow(1)).isEqualTo(1);
        assertThat(Ticket.toAllow(Ticket.EVENTS)).isEqualTo(1);
        assertThat(Ticket.toAllow(Ticket.EVENTS + 1)).isEqualTo(2);
        assertThat(Ticket.toAllow(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE / Ticket.EVENTS + 1);
    }

    @Test
    void shouldBringATicketAcross() throws Exception {
        Ticket ticket = new Ticket(5, "größe", 1L << 40);
        DataOutputSerializer out = new DataOutputSerializer(16);

        new TicketSerializer().serialize(ticket, out);

        assertThat(new TicketSerializer().deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(ticket);
    }

    @Test
    void shouldLetAllSubtasksEndTogetherEvenIfOneBeganAnew() {
        List<Integer> ended = new ArrayList<>();
        Map<Integer, ReaderInfo> readers = new TreeMap<>();
        SplitEnumerator<TicketSource.NoSplit, Long> enumerator =
                new TicketSource(Map.of("a", 1L)).createEnumerator(context(3, readers, ended));
        enumerator.start();
        for (int subtask = 0; subtask < 3; subtask++) {
            readers.put(subtask, new ReaderInfo(subtask, "localhost"));
            enumerator.addReader(subtask);
        }

        enumerator.handleSourceEvent(2, DONE);
        enumerator.handleSourceEvent(0, DONE);
        enumerator.addReader(2);
        enumerator.handleSourceEvent(1, DONE);
        assertThat(ended).isEmpty();

        enumerator.handleSourceEvent(2, DONE);
        assertThat(ended).containsExactly(0, 1, 2);
    }

    /** It looks for them through the context, so that no thread of its own is needed. */
    @Test
    void shouldTellEverySubtaskOfCommandsAndOneThatBeginsAnewOfAllOfThem() throws Exception {
        ScriptedFeed feed = new ScriptedFeed(List.of(List.of(command("a")), List.of(), List.of(command("c"))));
        TicketSource source = new TicketSource(tickets("a", "b", "c"), feed, 1000);
        Map<Integer, ReaderInfo> registered = new TreeMap<>();
        Map<Integer, SourceReader<LearnerInput, TicketSource.NoSplit>> readers = new TreeMap<>();
        CommandContext context = new CommandContext(registered, readers);
        SplitEnumerator<TicketSource.NoSplit, Long> enumerator = source.createEnumerator(context.proxy());
        LearnerKeys keys = LearnerKeys.of(List.of("a", "b", "c"));
        for (int subtask = 0; subtask < 3; subtask++) {
            readers.put(subtask, source.createReader(new Subtask(subtask, 3, new ArrayList<>())));
            registered.put(subtask, new ReaderInfo(subtask, "localhost"));
            enumerator.addReader(subtask);
        }
        enumerator.start();

        context.look();
        context.look();
        context.look();

        assertThat(commands(readers.get(keys.subtaskOf("a", 3)))).containsExactly("a");
        assertThat(commands(readers.get(keys.subtaskOf("b", 3)))).isEmpty();
        int last = keys.subtaskOf("c", 3);
        assertThat(commands(readers.get(last))).containsExactly("c");
        readers.put(last, source.createReader(new Subtask(last, 3, new ArrayList<>())));
        enumerator.addReader(last);
        assertThat(commands(readers.get(last))).containsExactly("c");
        enumerator.close();
        assertThat(feed.isClosed).isTrue();
    }

    @Test
    void shouldLookForCommandsSinceTheTimeWhenTheJobBegan() throws Exception {
        ScriptedFeed feed = new ScriptedFeed(List.of(List.of()));
        TicketSource source = new TicketSource(Map.of("a", 1L), feed, 1000);
        var serialiser = source.getEnumeratorCheckpointSerializer();
        CommandContext context = new CommandContext(Map.of(), Map.of());
        byte[] saved =
                serialiser.serialize(source.createEnumerator(context.proxy()).snapshotState(1));
        assertThat(serialiser.deserialize(1, new byte[0])).isNull();
        feed.beginning = 99;

        source = new TicketSource(Map.of("a", 1L), feed, 1000);
        source.restoreEnumerator(context.proxy(), serialiser.deserialize(serialiser.getVersion(), saved))
                .start();
        context.look();
        assertThat(feed.since).isEqualTo(7);

        source.restoreEnumerator(context.proxy(), null).start();
        context.look();
        assertThat(feed.since).isEqualTo(99);
    }

    @Test
    void shouldWakeASubtaskThatWaitsWhenACommandComes() throws Exception {
        TicketSource source = new TicketSource(Map.of("a", 0L), new ScriptedFeed(List.of()), 1000);
        SourceReader<LearnerInput, TicketSource.NoSplit> reader =
                source.createReader(new Subtask(0, 1, new ArrayList<>()));
        Collected found = new Collected();
        assertThat(reader.pollNext(found)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        var available = reader.isAvailable();
        assertThat(available).isNotDone();

        CommandContext context = new CommandContext(Map.of(0, new ReaderInfo(0, "localhost")), Map.of(0, reader));
        new TicketSource(Map.of("a", 0L), new ScriptedFeed(List.of(List.of(command("a")))), 1000)
                .createEnumerator(context.proxy())
                .start();
        context.look();

        assertThat(available).isDone();
        reader.notifyNoMoreSplits();
        assertThat(reader.pollNext(found)).isEqualTo(InputStatus.MORE_AVAILABLE);
        assertThat(reader.pollNext(found)).isEqualTo(InputStatus.END_OF_INPUT);
        assertThat(found.commands).extracting(LearnerCommand::learner).containsExactly("a");
    }

    private static Map<String, Long> tickets(String... learners) {
        Map<String, Long> tickets = new LinkedHashMap<>();
        for (String learner : learners) {
            tickets.put(learner, 0L);
        }
        return tickets;
    }

    private static RawRecord command(String learner) {
        return new RawRecord(
                null,
                new RecordCodec().encode(new ControlCommand("1", learner, null, "", new Pause())),
                "control",
                0,
                0);
    }

    private static List<String> commands(SourceReader<LearnerInput, TicketSource.NoSplit> reader) throws Exception {
        Collected found = new Collected();
        while (reader.pollNext(found) == InputStatus.MORE_AVAILABLE) {
            assertThat(found.tickets).isEmpty();
        }
        return found.commands.stream().map(LearnerCommand::learner).toList();
    }

    /** Gives records as the script says, look by look. */
    private static final class ScriptedFeed implements ControlFeed {

        private static final long serialVersionUID = 1L;

        private final transient Iterator<List<RawRecord>> looks;
        private long beginning = 7;
        private long since;
        private boolean isClosed;

        ScriptedFeed(List<List<RawRecord>> looks) {
            this.looks = looks.iterator();
        }

        @Override
        public long beginningMs() {
            return beginning;
        }

        @Override
        public Reading open(long sinceMs) {
            since = sinceMs;
            return new Reading() {
                @Override
                public List<RawRecord> poll() {
                    return looks.hasNext() ? looks.next() : List.of();
                }

                @Override
                public void close() {
                    isClosed = true;
                }
            };
        }
    }

    /** A coordinator whose periodic calls are made when the test says so. */
    private static final class CommandContext {

        private final Map<Integer, ReaderInfo> registered;
        private final Map<Integer, SourceReader<LearnerInput, TicketSource.NoSplit>> readers;
        private Callable<Object> callable;
        private BiConsumer<Object, Throwable> handler;

        CommandContext(
                Map<Integer, ReaderInfo> registered,
                Map<Integer, SourceReader<LearnerInput, TicketSource.NoSplit>> readers) {
            this.registered = registered;
            this.readers = readers;
        }

        void look() throws Exception {
            handler.accept(callable.call(), null);
        }

        @SuppressWarnings("unchecked")
        SplitEnumeratorContext<TicketSource.NoSplit> proxy() {
            return (SplitEnumeratorContext<TicketSource.NoSplit>) Proxy.newProxyInstance(
                    TicketSourceTest.class.getClassLoader(),
                    new Class<?>[] {SplitEnumeratorContext.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "registeredReaders" -> registered;
                        case "callAsync" -> {
                            callable = (Callable<Object>) arguments[0];
                            handler = (BiConsumer<Object, Throwable>) arguments[1];
                            yield null;
                        }
                        case "sendEventToSourceReader" -> {
                            readers.get((Integer) arguments[0]).handleSourceEvents((SourceEvent) arguments[1]);
                            yield null;
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }
    }

    @SuppressWarnings("unchecked")
    private static SplitEnumeratorContext<TicketSource.NoSplit> context(
            int parallelism, Map<Integer, ReaderInfo> readers, List<Integer> ended) {
        return (SplitEnumeratorContext<TicketSource.NoSplit>) Proxy.newProxyInstance(
                TicketSourceTest.class.getClassLoader(),
                new Class<?>[] {SplitEnumeratorContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "currentParallelism" -> parallelism;
                    case "registeredReaders" -> readers;
                    case "signalNoMoreSplits" -> {
                        ended.add((Integer) arguments[0]);
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** What all subtasks give, one subtask after the other. */
    private static List<Ticket> tickets(Map<String, Long> tickets, int parallelism) throws Exception {
        TicketSource source = new TicketSource(tickets);
        Collected found = new Collected();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            List<SourceEvent> said = new ArrayList<>();
            SourceReader<LearnerInput, TicketSource.NoSplit> reader =
                    source.createReader(new Subtask(subtask, parallelism, said));
            reader.start();
            while (reader.pollNext(found) == InputStatus.MORE_AVAILABLE) {
                assertThat(reader.isAvailable()).isDone();
                assertThat(said).isEmpty();
            }
            // The others may have more to give.
            assertThat(reader.pollNext(found)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(reader.isAvailable()).isNotDone();
            assertThat(said).hasSize(1);
            assertThat(reader.snapshotState(1)).isEmpty();
            reader.notifyNoMoreSplits();
            assertThat(reader.isAvailable()).isDone();
            assertThat(reader.pollNext(found)).isEqualTo(InputStatus.END_OF_INPUT);
            reader.close();
        }
        return found.tickets;
    }

    private static final class Collected implements ReaderOutput<LearnerInput> {

        private final List<Ticket> tickets = new ArrayList<>();
        private final List<LearnerCommand> commands = new ArrayList<>();

        @Override
        public void collect(LearnerInput input) {
            if (input instanceof Ticket ticket) {
                tickets.add(ticket);
            } else {
                commands.add((LearnerCommand) input);
            }
        }

        @Override
        public void collect(LearnerInput input, long timestamp) {
            throw new IllegalStateException("tickets have no time");
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<LearnerInput> createOutputForSplit(String split) {
            throw new IllegalStateException("there are no splits");
        }

        @Override
        public void releaseOutputForSplit(String split) {}
    }

    private record Subtask(int getIndexOfSubtask, int currentParallelism, List<SourceEvent> said)
            implements SourceReaderContext {

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public void sendSplitRequest() {
            throw new IllegalStateException("there is nothing to ask for");
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            said.add(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
        }
    }
}
