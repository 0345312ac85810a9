package perennial.streaming.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import perennial.streaming.assign.LearnerKeys;

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
        SplitEnumerator<TicketSource.NoSplit, Void> enumerator =
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
            SourceReader<Ticket, TicketSource.NoSplit> reader =
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

    private static final class Collected implements ReaderOutput<Ticket> {

        private final List<Ticket> tickets = new ArrayList<>();

        @Override
        public void collect(Ticket ticket) {
            tickets.add(ticket);
        }

        @Override
        public void collect(Ticket ticket, long timestamp) {
            throw new IllegalStateException("tickets have no time");
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<Ticket> createOutputForSplit(String split) {
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
