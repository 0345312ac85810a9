package perennial.jobs.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names one of the records that a sealed section permits; the key {@code type} chooses it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Type {

    /** What is written after {@code type:}. */
    String name();

    /** One sentence without a full stop. */
    String description();
}
