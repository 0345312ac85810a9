/**
 * Streams of labelled images whose task changes again and again, and the image files that they are made from. Imports the
 * JDK and Commons RNG, and neither Kafka nor Avro.
 */
package perennial.environment.labels;
