package perennial.jobs.bench;

import java.util.List;
import perennial.jobs.bench.JobRun.Way;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.JobTopics;

/** A broker that has a case's events, and jobs that read them one after another. */
public final class PublishedCase implements AutoCloseable {

    private final JobCase jobCase;
    private final BrokerProcess broker;
    private int runs;

    private PublishedCase(JobCase jobCase, long records) {
        this.jobCase = jobCase;
        this.broker = BrokerProcess.start();
        try {
            Configuration configuration =
                    BenchConfiguration.load(List.of()).withKafka("bootstrap.servers", broker.address());
            JobTopics.create(configuration);
            new CaseEvents(jobCase, records).publish(configuration);
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** Starts a broker and publishes the events that a learner needs for {@code updates} updates; none for 0. */
    public static PublishedCase forUpdates(JobCase jobCase, long updates) {
        return new PublishedCase(jobCase, updates == 0 ? 0 : jobCase.records(updates));
    }

    /** Starts a broker and publishes {@code records} examples or transitions. */
    public static PublishedCase ofRecords(JobCase jobCase, long records) {
        return new PublishedCase(jobCase, records);
    }

    /** The next job on this broker. */
    public JobRun job(Way way, int learners, long from, long to) {
        runs++;
        return new JobRun(
                way,
                jobCase,
                learners,
                from,
                to,
                broker.address(),
                broker.pid(),
                "bench-" + runs,
                JobRun.CHECKPOINT_SECONDS);
    }

    @Override
    public void close() {
        broker.close();
    }
}
