package perennial.jobs.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What is to be known of one option, at the record component that holds it: the one place of its default. The {@link Binder}
 * reads it to fill the record, the {@link Reference} to write the documentation.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Option {

    /** Default of an option that has none and must be written. */
    String REQUIRED = "(required)";

    /** One sentence, with the unit, without a full stop. */
    String description();

    /** The default as it would be written in YAML; of a section chosen by its type, the default type. */
    String defaultValue() default REQUIRED;

    /** For numbers, and each number of a list: the interval of allowed values, as in {@code [0, 1)}. */
    String range() default "(-inf, inf)";
}
