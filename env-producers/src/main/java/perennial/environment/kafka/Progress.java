package perennial.environment.kafka;

/**
 * How far a producer is.
 *
 * @param published records of the stream that are safely on the topic, those of earlier runs included
 * @param total records of the whole stream; 0 for a stream without end
 * @param recordsPerSecond published since the report before, per second
 */
public record Progress(long published, long total, double recordsPerSecond) {}
