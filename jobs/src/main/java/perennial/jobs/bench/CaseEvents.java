package perennial.jobs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import perennial.environment.Environments;
import perennial.environment.actor.Actor;
import perennial.environment.actor.ActorSpec;
import perennial.environment.kafka.ActorEvents;
import perennial.environment.kafka.LabelStreamProducer;
import perennial.environment.kafka.ProducerSettings;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.source.LabelSource;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.EventPublisher;
import perennial.jobs.kafka.KafkaConnection;
import perennial.learning.event.Event;
import perennial.learning.policy.EpsilonSchedule;

/** The events of a case, the same each time: synthetic images with random labels, or random play of MinAtar's Breakout. */
final class CaseEvents {

    /** Streams that {@code bench.yaml} knows. */
    private static final String TRANSITIONS = "transitions";

    private final JobCase jobCase;
    private final long records;

    /** @param records examples or transitions; label resets and ends of episodes come on top */
    CaseEvents(JobCase jobCase, long records) {
        this.jobCase = jobCase;
        this.records = records;
    }

    /** All of them, each with an object of its own. */
    List<Event> list() {
        List<Event> events = new ArrayList<>();
        forEach(event -> {
            Event copy = new Event();
            copy.copyFrom(event);
            events.add(copy);
        });
        return events;
    }

    /** Publishes them to the events topic of {@code configuration}. */
    void publish(Configuration configuration) {
        if (records == 0) {
            return;
        }
        if (jobCase.learnsFromLabels()) {
            new LabelStreamProducer(
                            LabelStream.open(labels()),
                            ProducerSettings.of(configuration.topics().events(), configuration.kafka()),
                            progress -> {})
                    .run();
            return;
        }
        try (EventPublisher publisher = new EventPublisher(
                KafkaConnection.of(configuration.kafka()),
                configuration.topics().events())) {
            forEach(event -> publisher.send(ActorEvents.record(event, "")));
            publisher.flush();
        }
    }

    /** Gives them to {@code receiver}, one after another in one object. */
    void forEach(Consumer<Event> receiver) {
        if (jobCase.learnsFromLabels()) {
            try (LabelSource source = new LabelSource(LabelStream.open(labels()))) {
                while (!source.isDone()) {
                    receiver.accept(source.next());
                }
            }
            return;
        }
        ActorSpec spec = new ActorSpec(TRANSITIONS, 0, 7, new EpsilonSchedule(1, 1, 0, 1), 1);
        try (Actor actor = new Actor(spec, Environments.create("minatar/breakout", 7, Map.of()))) {
            while (!actor.isDoneAfter(records)) {
                receiver.accept(actor.next(null));
            }
        }
    }

    private LabelStreamSpec labels() {
        LabelStreamSpec written = BenchConfiguration.load(List.of()).labelStream();
        long resets = (records + written.examplesPerTask() - 1) / written.examplesPerTask();
        return new LabelStreamSpec(
                written.stream(),
                written.images(),
                written.pixels(),
                written.change(),
                written.seed(),
                resets,
                written.examplesPerTask(),
                0);
    }
}
