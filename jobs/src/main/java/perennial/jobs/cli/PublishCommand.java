package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.EventFaults;
import perennial.jobs.kafka.EventPublisher;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicPurpose;
import perennial.schemas.EventDecoder;
import perennial.schemas.EventFileReader;
import perennial.schemas.EventFiles;
import perennial.schemas.UndecodableRecordException;
import perennial.v1.Event;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code publish}: events from a file or standard input to Kafka. */
@Command(
        name = "publish",
        description = {
            "Sends events from a file to Kafka: lines of JSON or an Avro container, as the file's first bytes tell.",
            "Each record is checked before it is sent. At the first that is bad nothing more is sent (exit code 1);"
                    + " with --skip-invalid the others are. To be sure before anything is sent, use --dry-run.",
            "Events sent twice do no harm: the job sees by their sequence that they were there, and puts them to the dead"
                    + " letters."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  perennial publish --events day1.jsonl --config job.yaml",
            "  perennial publish --events day1.avro -b localhost:9092 --topic perennial.events.v1",
            "  perennial publish --events day1.jsonl --dry-run",
            "  sensor-reader | perennial publish --events - -b localhost:9092"
        })
public final class PublishCommand implements Runnable {

    private static final long PROGRESS_NANOS = 2_000_000_000L;

    /** Bad records that are told of one by one; the rest only in the count at the end. */
    private static final int TOLD = 10;

    @Spec
    private CommandSpec command;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = {"-e", "--events"},
            paramLabel = "FILE",
            required = true,
            description = "File of events; - for lines of JSON on standard input.")
    private String events;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Topic to send to; otherwise topics.events of the configuration.")
    private String topic;

    @Option(names = "--skip-invalid", description = "Leave out records that are bad, and count them.")
    private boolean skipInvalid;

    @Option(names = "--dry-run", description = "Check all records and send none; needs no Kafka.")
    private boolean dryRun;

    /** Takes what was read and found good. */
    private interface Target extends AutoCloseable {
        void send(Event event);

        /** Returns when everything is there. */
        void finish();

        long confirmed();

        @Override
        void close();
    }

    @Override
    public void run() {
        Configuration configuration = kafka.configuration();
        String target = topic != null ? topic : TopicPurpose.EVENTS.nameIn(configuration.topics());
        KafkaConnection connection = dryRun ? null : kafka.connection(configuration);
        PrintWriter err = command.commandLine().getErr();
        try (Interrupts interrupts = Interrupts.watch();
                Source source = Source.open(events);
                Target sink = dryRun ? new Nowhere() : new Topic(new EventPublisher(connection, target))) {
            Copying copying = new Copying(source, sink, err, skipInvalid);
            try {
                copying.run(interrupts);
            } finally {
                err.flush();
            }
            PrintWriter out = command.commandLine().getOut();
            out.println((dryRun
                            ? "checked " + copying.good + " events"
                            : "published " + sink.confirmed() + " events to " + target)
                    + (copying.bad > 0 ? ", bad=" + copying.bad : "")
                    + (interrupts.interrupted() ? ", interrupted" : ""));
            out.flush();
            if (dryRun && !skipInvalid && copying.bad > 0) {
                throw UserException.failed("not all records are events: file=" + events + " bad=" + copying.bad
                        + "; correct them, or leave them out with --skip-invalid");
            }
        } catch (IOException e) {
            throw UserException.failed("the events must be a file that can be read: file=" + events + " error=" + e, e);
        }
    }

    /** Reads, checks and sends. */
    private final class Copying {

        private final Source source;
        private final Target target;
        private final PrintWriter err;
        private final boolean goOn;
        private final EventDecoder decoder = new EventDecoder();
        private final long start = System.nanoTime();
        private long told = start;
        private long good;
        private long bad;

        Copying(Source source, Target target, PrintWriter err, boolean skipInvalid) {
            this.source = source;
            this.target = target;
            this.err = err;
            this.goOn = skipInvalid || dryRun;
        }

        void run(Interrupts interrupts) throws IOException {
            while (!interrupts.interrupted()) {
                byte[] bytes;
                try {
                    bytes = source.next();
                } catch (UndecodableRecordException e) {
                    // The file itself is damaged, so nothing more can be read of it, whatever was asked.
                    target.finish();
                    throw UserException.failed(
                            "the file must be whole: file=" + events + " error=" + e.getMessage() + "; "
                                    + target.confirmed() + " events before the damage were published",
                            e);
                }
                if (bytes == null) {
                    break;
                }
                take(bytes);
                progress();
            }
            target.finish();
        }

        private void take(byte[] bytes) {
            String fault;
            try {
                Event event = decoder.decode(bytes);
                Optional<String> found = EventFaults.find(event);
                if (found.isEmpty()) {
                    target.send(event);
                    good++;
                    return;
                }
                fault = found.get();
            } catch (UndecodableRecordException e) {
                fault = e.getMessage();
            }
            bad++;
            String where = "file=" + events + " " + source.place() + " error=" + fault;
            if (!goOn) {
                target.finish();
                throw UserException.failed("every record must be an event: " + where + "; published before it="
                        + target.confirmed()
                        + ", after it=0: correct it and publish again (what is sent twice is recognised), or leave"
                        + " bad records out with --skip-invalid");
            }
            if (bad <= TOLD) {
                err.println("bad record: " + where);
            } else if (bad == TOLD + 1) {
                err.println("more bad records are counted, not shown");
            }
        }

        private void progress() {
            long now = System.nanoTime();
            if (now - told >= PROGRESS_NANOS) {
                told = now;
                err.println("events=" + good + " a second=" + Math.round(good / ((now - start) / 1e9))
                        + (bad > 0 ? " skipped=" + bad : ""));
                err.flush();
            }
        }
    }

    /** A topic. */
    private record Topic(EventPublisher publisher) implements Target {

        @Override
        public void send(Event event) {
            publisher.send(event);
        }

        @Override
        public void finish() {
            publisher.flush();
        }

        @Override
        public long confirmed() {
            return publisher.acknowledged();
        }

        @Override
        public void close() {
            publisher.close();
        }
    }

    /** Where events go that are only checked. */
    private record Nowhere() implements Target {

        @Override
        public void send(Event event) {}

        @Override
        public void finish() {}

        @Override
        public long confirmed() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** Records as bytes, with the place each stood. */
    private interface Source extends AutoCloseable {

        static Source open(String events) throws IOException {
            if (events.equals("-")) {
                return new StandardInput(new JsonLinesInput(System.in));
            }
            Path file = Path.of(events);
            if (!Files.isRegularFile(file)) {
                throw UserException.usage("the events must be a file that is there: file=" + events);
            }
            try {
                return new EventFile(EventFiles.open(file));
            } catch (UndecodableRecordException e) {
                throw UserException.failed(
                        "the events must be lines of JSON or an Avro container of events: file=" + events + " error="
                                + e.getMessage(),
                        e);
            }
        }

        /** The next record, or null. */
        byte[] next() throws IOException;

        /** Where the last one stood. */
        String place();

        @Override
        void close() throws IOException;
    }

    private record StandardInput(JsonLinesInput lines) implements Source {

        @Override
        public byte[] next() throws IOException {
            return lines.next();
        }

        @Override
        public String place() {
            return "line=" + lines.lines();
        }

        @Override
        public void close() {}
    }

    private static final class EventFile implements Source {

        private final EventFileReader reader;
        private EventFileReader.FileRecord last;

        EventFile(EventFileReader reader) {
            this.reader = reader;
        }

        @Override
        public byte[] next() throws IOException {
            EventFileReader.FileRecord next = reader.next();
            if (next == null) {
                return null;
            }
            last = next;
            return next.bytes();
        }

        @Override
        public String place() {
            return "line=" + (last.ordinal() + 1);
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
