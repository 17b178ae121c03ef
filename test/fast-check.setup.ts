import fc from 'fast-check';

// Otherwise sequences are ten steps long at most, whatever length a test allows: no window comes round, and no queue fills.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });
