/**
 * The bytes of every record: Avro and JSON to and from the generated classes of {@code perennial.v1}, and files of
 * events. May import Avro and Jackson, and nothing else of Perennial.
 */
package perennial.schemas;
