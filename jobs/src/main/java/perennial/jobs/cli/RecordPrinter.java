package perennial.jobs.cli;

import org.apache.avro.specific.SpecificRecord;

/** Prints records one by one in some form. */
sealed interface RecordPrinter permits TablePrinter, JsonPrinter, CsvPrinter {

    /** Prints what stands before the first record, if anything. */
    void begin();

    /** Prints a record; false if this form has no place for one of its kind, and nothing was printed. */
    boolean print(SpecificRecord record);
}
