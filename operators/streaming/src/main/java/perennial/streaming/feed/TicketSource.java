package perennial.streaming.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.streaming.assign.CommandAssignment;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerInput;
import perennial.streaming.types.RawRecord;

/**
 * Gives the learners their tickets, one in turn. Each subtask gives those of the learners whose keys are its own, so that nothing
 * has to be sent elsewhere and learners can be chained to the source. It has no state and no splits.
 *
 * <p>A subtask that has given its last ticket waits for the others, and all end together. If each ended by itself, a checkpoint taken
 * while others go on could not be restored with another parallelism: Flink refuses a task of whose operators some had ended.
 *
 * <p>Commands, where there are any, come through the coordinator, which looks for them twice a second and tells every subtask. What
 * it remembers is since when it looks: a subtask that begins anew is given all commands again, and learners pass over those that they had.
 */
public final class TicketSource implements Source<LearnerInput, TicketSource.NoSplit, Long> {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(TicketSource.class);

    /** Milliseconds from one look for commands to the next. */
    private static final long LOOK_EVERY_MS = 500;

    /** Commands that are given again after a restart: no more than learners remember. */
    private static final int GIVEN_AGAIN = 10_000;

    /** Nothing is split: what a subtask gives follows from its number. */
    public static final class NoSplit implements SourceSplit {

        private NoSplit() {}

        @Override
        public String splitId() {
            return "";
        }
    }

    private final LinkedHashMap<String, Long> tickets;
    private final ControlFeed control;
    private final long sinceMs;
    private final int maxRecordBytes;

    /** @param tickets how many tickets each learner gets, by name, in the order of the configuration */
    public TicketSource(Map<String, Long> tickets) {
        this(tickets, null, 1);
    }

    /**
     * @param tickets how many tickets each learner gets, by name, in the order of the configuration
     * @param control where commands come from; null where there are none
     * @param maxRecordBytes size from which a command is too large
     */
    public TicketSource(Map<String, Long> tickets, ControlFeed control, int maxRecordBytes) {
        this.tickets = new LinkedHashMap<>(tickets);
        this.control = control;
        this.sinceMs = control == null ? 0 : control.beginningMs();
        this.maxRecordBytes = maxRecordBytes;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<LearnerInput, NoSplit> createReader(SourceReaderContext context) {
        List<String> names = List.copyOf(tickets.keySet());
        LearnerKeys keys = LearnerKeys.of(names);
        List<Learner> own = new ArrayList<>();
        tickets.forEach((name, count) -> {
            if (keys.subtaskOf(name, context.currentParallelism()) == context.getIndexOfSubtask()) {
                own.add(new Learner(keys.of(name), name, count));
            }
        });
        return new Reader(own, new CommandAssignment(names, keys, maxRecordBytes), context);
    }

    @Override
    public SplitEnumerator<NoSplit, Long> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new Enumerator(control, sinceMs, context);
    }

    @Override
    public SplitEnumerator<NoSplit, Long> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Long checkpoint) {
        return new Enumerator(control, checkpoint == null ? sinceMs : checkpoint, context);
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new Nothing();
    }

    @Override
    public SimpleVersionedSerializer<Long> getEnumeratorCheckpointSerializer() {
        return new Since();
    }

    private record Learner(Integer key, String name, long tickets) {}

    /** A subtask's word that it has given all its tickets. */
    private record AllGiven() implements SourceEvent {
        private static final long serialVersionUID = 1L;
    }

    /** A record of the control topic, for every subtask. */
    private record CommandCame(byte[] key, byte[] value, String topic, int partition, long offset)
            implements SourceEvent {

        private static final long serialVersionUID = 1L;

        CommandCame(RawRecord record) {
            this(record.key(), record.value(), record.topic(), record.partition(), record.offset());
        }

        RawRecord record() {
            return new RawRecord(key, value, topic, partition, offset);
        }
    }

    private static final class Reader implements SourceReader<LearnerInput, NoSplit> {

        private static final CompletableFuture<Void> AVAILABLE = CompletableFuture.completedFuture(null);

        private final List<Learner> learners;
        private final SourceReaderContext context;
        private final CommandAssignment assignment;
        private final ArrayDeque<LearnerCommand> commands = new ArrayDeque<>();
        private final long last;
        private CompletableFuture<Void> somethingHappens = new CompletableFuture<>();
        private boolean othersAreDone;
        private int turn;
        private long number;
        private boolean waits;

        Reader(List<Learner> learners, CommandAssignment assignment, SourceReaderContext context) {
            this.learners = learners;
            this.assignment = assignment;
            this.context = context;
            this.last = learners.stream().mapToLong(Learner::tickets).max().orElse(0);
        }

        @Override
        public void start() {
            // There is nothing to ask for.
        }

        @Override
        public InputStatus pollNext(ReaderOutput<LearnerInput> output) {
            if (!commands.isEmpty()) {
                output.collect(commands.poll());
                return InputStatus.MORE_AVAILABLE;
            }
            while (number < last) {
                Learner learner = learners.get(turn);
                long its = number;
                if (++turn == learners.size()) {
                    turn = 0;
                    number++;
                }
                if (its < learner.tickets()) {
                    output.collect(new Ticket(learner.key(), learner.name(), its));
                    return InputStatus.MORE_AVAILABLE;
                }
            }
            if (!waits) {
                waits = true;
                context.sendSourceEventToCoordinator(new AllGiven());
            }
            return othersAreDone ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            if (event instanceof CommandCame command) {
                assignment.assign(command.record(), assigned -> {
                    if (LearnerKeys.subtaskOf(assigned.key(), context.currentParallelism())
                            == context.getIndexOfSubtask()) {
                        commands.add(assigned);
                    }
                });
                wakeUp();
            }
        }

        private void wakeUp() {
            CompletableFuture<Void> waiting = somethingHappens;
            somethingHappens = new CompletableFuture<>();
            waiting.complete(null);
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return waits && commands.isEmpty() && !othersAreDone ? somethingHappens : AVAILABLE;
        }

        @Override
        public void addSplits(List<NoSplit> splits) {
            // There are none.
        }

        @Override
        public void notifyNoMoreSplits() {
            othersAreDone = true;
            wakeUp();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    /** Looks for commands, in whatever thread it is asked to. */
    private static final class Lookout {

        private final ControlFeed control;
        private final long sinceMs;
        private ControlFeed.Reading reading;
        private boolean isClosed;

        Lookout(ControlFeed control, long sinceMs) {
            this.control = control;
            this.sinceMs = sinceMs;
        }

        synchronized List<RawRecord> look() {
            if (isClosed) {
                return List.of();
            }
            if (reading == null) {
                reading = control.open(sinceMs);
            }
            return reading.poll();
        }

        synchronized void close() {
            isClosed = true;
            if (reading != null) {
                reading.close();
            }
        }
    }

    private static final class Enumerator implements SplitEnumerator<NoSplit, Long> {

        private final Lookout lookout;
        private final long sinceMs;
        private final SplitEnumeratorContext<NoSplit> context;
        private final Set<Integer> done = new HashSet<>();
        private final ArrayDeque<CommandCame> commands = new ArrayDeque<>();
        private boolean isInTrouble;

        Enumerator(ControlFeed control, long sinceMs, SplitEnumeratorContext<NoSplit> context) {
            this.lookout = control == null ? null : new Lookout(control, sinceMs);
            this.sinceMs = sinceMs;
            this.context = context;
        }

        @Override
        public void start() {
            if (lookout != null) {
                context.callAsync(lookout::look, this::tell, 0, LOOK_EVERY_MS);
            }
        }

        private void tell(List<RawRecord> records, Throwable trouble) {
            if (trouble != null) {
                // Learning goes on without commands; it is said once until it is over.
                if (!isInTrouble) {
                    LOG.warn("Commands cannot be read, which is tried again until it succeeds", trouble);
                }
                isInTrouble = true;
                return;
            }
            isInTrouble = false;
            for (RawRecord record : records) {
                CommandCame command = new CommandCame(record);
                commands.add(command);
                if (commands.size() > GIVEN_AGAIN) {
                    commands.remove();
                }
                context.registeredReaders()
                        .keySet()
                        .forEach(reader -> context.sendEventToSourceReader(reader, command));
            }
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {
            // No reader asks.
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            done.add(subtask);
            if (done.size() == context.currentParallelism()) {
                context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
            }
        }

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtask) {
            // There are none.
        }

        @Override
        public void addReader(int subtask) {
            // A new attempt begins with its first ticket again.
            done.remove(subtask);
            commands.forEach(command -> context.sendEventToSourceReader(subtask, command));
        }

        @Override
        public Long snapshotState(long checkpointId) {
            return sinceMs;
        }

        @Override
        public void close() {
            if (lookout != null) {
                lookout.close();
            }
        }
    }

    /** The time since which a job looks for commands. Version 1, before there were commands, wrote nothing. */
    private static final class Since implements SimpleVersionedSerializer<Long> {

        @Override
        public int getVersion() {
            return 2;
        }

        @Override
        public byte[] serialize(Long sinceMs) {
            return ByteBuffer.allocate(Long.BYTES).putLong(sinceMs).array();
        }

        @Override
        public Long deserialize(int version, byte[] serialized) {
            return version == 1 ? null : ByteBuffer.wrap(serialized).getLong();
        }
    }

    /** Writes nothing, and reads nothing. */
    private static final class Nothing implements SimpleVersionedSerializer<NoSplit> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(NoSplit nothing) {
            return new byte[0];
        }

        @Override
        public NoSplit deserialize(int version, byte[] serialized) {
            return null;
        }
    }
}
