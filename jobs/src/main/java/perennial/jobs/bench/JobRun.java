package perennial.jobs.bench;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one process is to measure.
 *
 * @param way how the learners get their events
 * @param jobCase which learners
 * @param learners how many, one or two
 * @param from updates of each before the measurement begins
 * @param to updates of each when it ends
 * @param address the broker's address; empty where there is none
 * @param broker its process id; 0 where there is none
 * @param name name of the job, another one for each run on a broker
 * @param checkpointSeconds seconds from one checkpoint to the next
 */
public record JobRun(
        Way way,
        JobCase jobCase,
        int learners,
        long from,
        long to,
        String address,
        long broker,
        String name,
        int checkpointSeconds) {

    /** How learners get their events. */
    public enum Way {
        /** Called with events that lie in memory, each learner in a thread: no Flink and no Kafka. */
        DIRECT,
        /** A job that reads them from Kafka. */
        KAFKA,
        /** A job whose learners make them themselves. */
        OWN,
        /** As KAFKA, with learners that learn nothing. */
        INTAKE
    }

    /** As often as a job takes checkpoints unless it is told otherwise. */
    public static final int CHECKPOINT_SECONDS = 10;

    /** Nanoseconds from the beginning of a checkpoint in which all of it is done. */
    private static final long AROUND_A_CHECKPOINT = 2_000_000_000;

    /** Learners that are called with events in memory. */
    public static JobRun direct(JobCase jobCase, int learners, long from, long to) {
        return new JobRun(Way.DIRECT, jobCase, learners, from, to, "", 0, "direct", CHECKPOINT_SECONDS);
    }

    /** With another time from one checkpoint to the next. */
    public JobRun withCheckpointsEvery(int seconds) {
        return new JobRun(way, jobCase, learners, from, to, address, broker, name, seconds);
    }

    /**
     * What it takes, in a process of its own.
     *
     * @throws perennial.jobs.UserException if that fails
     */
    public Measurement measure() {
        return new Measurement(ChildProcess.measure(JobProcess.class, arguments()));
    }

    String[] arguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("way", way);
        arguments.put("case", jobCase);
        arguments.put("learners", learners);
        arguments.put("from", from);
        arguments.put("to", to);
        arguments.put("address", address);
        arguments.put("broker", broker);
        arguments.put("name", name);
        arguments.put("checkpointSeconds", checkpointSeconds);
        return arguments.entrySet().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .toArray(String[]::new);
    }

    /** What {@link #arguments} said. */
    static JobRun of(String[] arguments) {
        Map<String, String> values = Stream.of(arguments)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        return new JobRun(
                Way.valueOf(values.get("way")),
                JobCase.valueOf(values.get("case")),
                Integer.parseInt(values.get("learners")),
                Long.parseLong(values.get("from")),
                Long.parseLong(values.get("to")),
                values.get("address"),
                Long.parseLong(values.get("broker")),
                values.get("name"),
                Integer.parseInt(values.get("checkpointSeconds")));
    }

    /** A span for each of its learners, by name. */
    Map<String, Span> spans() {
        Map<String, Span> spans = new TreeMap<>();
        names().forEach(learner -> spans.put(learner, new Span(from, to, broker)));
        return spans;
    }

    List<String> names() {
        return jobCase.learners(learners);
    }

    /** Prints what its spans took, and their pauses. */
    static void print(Collection<Span> spans) {
        double perSecond = 0;
        Clocks sum = new Clocks(0, 0, 0, 0, 0);
        long updates = 0;
        for (Span span : spans) {
            Clocks took = span.done().join();
            perSecond += span.updates() * 1e9 / took.elapsed();
            sum = sum.plus(took);
            updates += span.updates();
        }
        print("updatesPerSecond", perSecond);
        print("clockMicros", sum.elapsed() * 1e-3 / updates);
        print("threadMicros", sum.thread() * 1e-3 / updates);
        // The processes are the same for all spans, which go along with one another.
        print("processMicros", sum.process() * 1e-3 / updates / spans.size());
        print("brokerMicros", sum.broker() * 1e-3 / updates / spans.size());
        print("allocatedBytes", (double) sum.allocated() / updates / spans.size());
        int number = 0;
        for (Span span : spans) {
            for (long lost : span.lost(AROUND_A_CHECKPOINT)) {
                print("lost" + number++, lost * 1e-6);
            }
        }
        number = 0;
        for (Span span : spans) {
            for (Span.Pause pause : span.pauses()) {
                print("pause" + number, pause.learning() * 1e-6);
                print("state" + number, pause.state() * 1e-6);
                print("stateThread" + number, pause.stateThread() * 1e-6);
                number++;
            }
        }
    }

    static void print(String name, double value) {
        System.out.println(name + "=" + value);
    }
}
